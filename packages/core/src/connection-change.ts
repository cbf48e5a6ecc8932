import type { ConnectionScope } from "./connection-scope.ts";
import type { JsonValue } from "./json.ts";
import { isSecretName, maskSecretsInText } from "./masking/find-secrets.ts";
import { MASK, unmaskExtra, withoutSecrets } from "./masking/mask-extra.ts";
import type { Connection } from "./ports/config-store.ts";

/** An edit of a connection: what is left out keeps its value. */
export type ConnectionChange = Partial<Omit<Connection, "connectionId">> & {
  readonly connectionId: string;
  /** Who may use it, which nothing else of it depends on. */
  readonly dags?: ConnectionScope;
};

/** What an edit makes of a connection. */
export interface ChangedConnection {
  readonly connection: Omit<Connection, "connType"> & { readonly connType: string | undefined };
  /** Saved secrets that the edit has left behind: `password`, `extra.api_token`. */
  readonly cleared: readonly string[];
}

/** Fields of an extra that change how something is asked for, never where: everything else may name a place. */
const HARMLESS =
  /timeout|patience|retr(?:y|ies)|interval|^(?:max|min|limit|page)_|_(?:limit|size|count|seconds|ms)$|threads|keepalives|application_name|query_tag|^(?:description|note|comment)s?$/iu;

/**
 * Merges an edit into a connection. A saved secret never travels to another place: where the edit changes the type, or
 * anything that may decide where the secret is sent, each secret that it does not give anew is cleared.
 */
export function changeConnection(
  change: ConnectionChange,
  saved: Connection | undefined,
): ChangedConnection {
  const merged = merge(change, saved);
  if (saved === undefined || !isMoved(merged, saved)) return { connection: merged, cleared: [] };
  const cleared: string[] = [];
  const stripKeptText = (field: AddressField): string | null => {
    const text = merged[field];
    if (text === null || !isKeptText(field, change, saved)) return text;
    const stripped = maskSecretsInText(text, "");
    if (stripped !== text) cleared.push(field);
    return stripped;
  };
  const isPasswordKept = change.password === undefined || change.password === MASK;
  if (isPasswordKept && (saved.password ?? "") !== "") cleared.push("password");
  // What the edit itself says; saved values of `extra` that nobody sent again lose their secrets.
  const sent = change.extra === undefined ? saved.extra : change.extra;
  const kept = stripKept(sent, { saved: saved.extra, isSent: change.extra !== undefined });
  cleared.push(...kept.names);
  return {
    connection: {
      ...merged,
      host: stripKeptText("host"),
      schema: stripKeptText("schema"),
      password: isPasswordKept ? null : merged.password,
      extra: kept.extra,
    },
    cleared,
  };
}

/** Fields that may be an address with a secret in it, which is masked where the field is shown. */
type AddressField = "host" | "schema";

/** Whether an edit leaves a field out, or sends it back as it was shown. */
function isKeptText(
  field: AddressField,
  change: ConnectionChange,
  saved: Connection | undefined,
): boolean {
  const before = saved?.[field] ?? null;
  if (change[field] === undefined) return true;
  return before !== null && change[field] === maskSecretsInText(before, MASK);
}

function merge(
  change: ConnectionChange,
  saved: Connection | undefined,
): ChangedConnection["connection"] {
  const keep = <K extends "description" | AddressField | "login" | "password" | "extra">(
    field: K,
  ) => (change[field] === undefined ? (saved?.[field] ?? null) : change[field]);
  const keepText = (field: AddressField) =>
    isKeptText(field, change, saved) ? (saved?.[field] ?? null) : keep(field);
  const extra = keep("extra");
  return {
    connectionId: change.connectionId,
    connType: change.connType ?? saved?.connType,
    description: keep("description"),
    host: keepText("host"),
    login: keep("login"),
    password: change.password === MASK ? (saved?.password ?? null) : keep("password"),
    schema: keepText("schema"),
    port: change.port === undefined ? (saved?.port ?? null) : change.port,
    extra: extra === null ? null : unmaskExtra(extra, saved?.extra ?? null),
  };
}

function isMoved(after: ChangedConnection["connection"], before: Connection): boolean {
  const isSame = (a: string | number | null, b: string | number | null) => (a ?? "") === (b ?? "");
  if (after.connType !== before.connType || !isSame(after.host, before.host)) return true;
  if (!isSame(after.port, before.port) || !isSame(after.schema, before.schema)) return true;
  // A login that holds more than a name could turn an address into another.
  if (!isSame(after.login, before.login) && /[/?#\\:@]/u.test(after.login ?? "")) return true;
  return placesOf(after.extra) !== placesOf(before.extra);
}

/** Everything in an extra that may say where a secret goes, in one text. */
function placesOf(extra: string | null): string {
  if (extra === null || extra === "") return "{}";
  try {
    return JSON.stringify(sortPlaces(JSON.parse(extra)));
  } catch {
    return extra;
  }
}

function sortPlaces(value: JsonValue): JsonValue {
  if (typeof value === "string") return maskSecretsInText(value, "");
  if (Array.isArray(value)) return value.map(sortPlaces);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => inner !== null && inner !== "" && !isNoPlace(name, inner))
      .map(([name, inner]): [string, JsonValue] => [name, sortPlaces(inner)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** A secret alone says nothing of where it goes; an address does, also under a name such as `token_url`. */
function isNoPlace(name: string, value: JsonValue): boolean {
  if (!isSecretName(name)) return HARMLESS.test(name);
  if (typeof value !== "string") return false;
  return !/^[a-z][a-z0-9+.-]*:\/\//iu.test(value) && !/ur[il]$|host|endpoint|server/iu.test(name);
}

/** Takes out of an extra what was kept of the saved one: its secrets, unless they were given anew. */
function stripKept(
  sent: string | null,
  { saved, isSent }: { readonly saved: string | null; readonly isSent: boolean },
): { readonly extra: string | null; readonly names: readonly string[] } {
  if (sent === null || sent === "") return { extra: sent, names: [] };
  if (!isSent) return withoutSecrets(sent);
  const names: string[] = [];
  const drop = (value: JsonValue, path: string): JsonValue => {
    if (typeof value === "string" && value.includes(MASK) && saved !== null) {
      names.push(path);
      return value.replaceAll(MASK, "");
    }
    if (Array.isArray(value))
      return value.map((item: JsonValue, at) => drop(item, `${path}[${at}]`));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, drop(inner, `${path}.${name}`)]),
    );
  };
  try {
    return { extra: JSON.stringify(drop(JSON.parse(sent), "extra")), names };
  } catch {
    return { extra: sent, names: [] };
  }
}
