import { DbtError } from "../error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
} from "../json.ts";
import { quoteIdentifier, quoteText } from "./relation.ts";

/** Keys of a dbt-duckdb profile that mean something there and nothing here, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  filesystems:
    "these are Python's; DuckDB reads s3:// and https:// itself with its extension httpfs",
  is_ducklake: 'write the path as "ducklake:…", or attach it with type: ducklake',
  module_paths: "modules are Python code, which this engine does not run",
  motherduck_token:
    "set the variable motherduck_token in the environment, or write the token into the path",
  plugins: "plugins are Python code, which this engine does not run",
  remote: "this engine opens databases itself and knows no server of them",
  secrets: 'write "create secret …" into an on-run-start hook',
  use_credential_provider:
    'write "create secret (type s3, provider credential_chain)" into an on-run-start hook',
};

const OPTION = /^[A-Za-z_]\w*$/u;

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  return Array.isArray(value) && value.length === 0;
}

// What a profile asks for and does not get would show up later as an error about something else.
/** Refuses what a profile asks for and this engine does not do; keys that dbt does not know mean nothing to it either. */
export function refuseProfileKeys(credentials: JsonObject): void {
  for (const [key, instead] of Object.entries(REFUSED)) {
    if (isEmpty(credentials[key])) continue;
    throw new DbtError("Runtime", `Cannot use "${key}" of the profile: ${instead}`);
  }
}

function renderOption(key: string, value: JsonValue): readonly string[] {
  if (!OPTION.test(key)) {
    throw new DbtError(
      "Runtime",
      `Cannot use the option "${key}" of attach: expected a name such as encryption_key`,
    );
  }
  const name = key.toUpperCase();
  if (typeof value === "boolean") return value ? [name] : [];
  if (value === null) return [];
  if (typeof value !== "string") return [`${name} ${renderScalar(value)}`];
  const isQuoted = /^(?:'[^']*'|"[^"]*")$/u.test(value.trim());
  return [isQuoted ? `${name} ${value}` : `${name} ${quoteText(value)}`];
}

/** The statement that attaches a database as an item of a profile's `attach` says. */
export function renderAttach(item: JsonObject): string {
  const { type, secret, ...others } = objectOf(item["options"]);
  for (const [key, value] of Object.entries({ type, secret })) {
    if (isEmpty(value) || isEmpty(item[key])) continue;
    throw new DbtError(
      "Runtime",
      `Cannot attach ${quoteText(renderScalar(item["path"]))}: "${key}" is given beside "options" and in it, give it once`,
    );
  }
  const { read_only: readOnly, ...rest } = others;
  const named = (key: string, value: JsonValue | undefined): readonly string[] =>
    value === undefined || isEmpty(value) ? [] : [`${key} ${renderScalar(value)}`];
  const options = [
    ...named("TYPE", item["type"] ?? type),
    ...named("SECRET", item["secret"] ?? secret),
    ...(item["read_only"] === true || readOnly === true ? ["READ_ONLY"] : []),
    ...Object.entries(rest).flatMap(([key, value]) => renderOption(key, value)),
  ];
  const alias = isEmpty(item["alias"])
    ? ""
    : ` as ${quoteIdentifier(renderScalar(item["alias"] ?? null))}`;
  const list = options.length === 0 ? "" : ` (${options.join(", ")})`;
  return `attach if not exists ${quoteText(renderScalar(item["path"]))}${alias}${list}`;
}

/** The statements that make an extension ready; it may come from a repository of its own. */
export function renderLoad(item: JsonValue): string {
  if (!isJsonObject(item)) return `install ${renderScalar(item)}; load ${renderScalar(item)}`;
  const name = renderScalar(item["name"] ?? "");
  if (isEmpty(item["name"]) || isEmpty(item["repo"])) {
    throw new DbtError(
      "Runtime",
      `Cannot load the extension ${JSON.stringify(item)} of the profile: expected a name, or name and repo`,
    );
  }
  return `install ${name} from ${renderScalar(item["repo"] ?? "")}; load ${name}`;
}

/** How often a profile wants things to be tried. */
export interface Retries {
  readonly connectAttempts: number;
  readonly queryAttempts: number;
  /** Whether what failed with this message may be tried again. */
  readonly isRetryable: (message: string) => boolean;
}

// dbt names classes of Python; DuckDB's own messages begin with the same words.
function titleOf(exception: string): string {
  if (exception === "IOException") return "IO Error";
  if (exception === "HTTPException") return "HTTP Error";
  if (exception === "TransactionException") return "TransactionContext Error";
  const words = exception.replace(/Exception$/u, "").replaceAll(/(?<=[a-z])(?=[A-Z])/gu, " ");
  return `${words} Error`;
}

/** Reads the profile's `retries`. */
export function readRetries(credentials: JsonObject): Retries {
  const retries = objectOf(credentials["retries"]);
  const named = retries["retryable_exceptions"];
  const names = named === undefined ? ["IOException"] : listOf(named).map(renderScalar);
  const titles = names.map((name) => titleOf(name).toLowerCase());
  const attempts = (key: string): number => Math.max(1, Number(retries[key] ?? 1) || 1);
  return {
    connectAttempts: attempts("connect_attempts"),
    queryAttempts: attempts("query_attempts"),
    isRetryable: (message) =>
      titles.some((title) => message.trimStart().toLowerCase().startsWith(title)),
  };
}
