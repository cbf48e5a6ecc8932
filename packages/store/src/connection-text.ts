import {
  AirloomError,
  type Connection,
  type ConnectionScope,
  type JsonValue,
  parseConnectionScope,
  parseScopeText,
} from "@airloom/core";

/** A connection as its text says it. One that says nothing of Dags has no `dags`. */
export interface WrittenConnection extends Connection {
  readonly dags?: ConnectionScope;
}

/**
 * Reads a connection written as one text, in either of Airflow's forms: a JSON object, or a URI such as
 * `dbt-cloud://account:token@host`. The text is never quoted, for it holds secrets: but for names of fields and of Dags.
 */
export function parseConnectionText(
  connectionId: string,
  text: string,
  where = "its environment variable",
): WrittenConnection {
  const source: Source = { connectionId, where };
  return text.trimStart().startsWith("{")
    ? parseJsonForm(source, text)
    : parseUriForm(source, text);
}

/** What an error names: the text itself it never does. */
interface Source {
  readonly connectionId: string;
  readonly where: string;
}

const URI =
  /^(?<scheme>[A-Za-z][\w+.-]*):\/\/(?:(?<login>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\[[^\]]*\]|[^:/?#]*)(?::(?<port>\d+))?(?:\/(?<schema>[^?#]*))?(?:\?(?<query>[^#]*))?$/u;

function parseUriForm(source: Source, text: string): WrittenConnection {
  const parts = URI.exec(text.trim())?.groups;
  const scheme = parts?.["scheme"];
  if (parts === undefined || scheme === undefined) {
    throw badValue(source, "expected <type>://<login>:<password>@<host>:<port>/<schema>");
  }
  const part = (name: string) => decode(source, parts[name]);
  return {
    connectionId: source.connectionId,
    connType: connTypeOf(scheme),
    description: null,
    host: part("host"),
    login: part("login"),
    password: part("password"),
    schema: part("schema"),
    port: parsePort(source, parts["port"] ?? null),
    ...parseQuery(source, parts["query"]),
  };
}

/** Airflow writes `-` in schemes where types have `_`, and knows PostgreSQL as `postgres`. */
function connTypeOf(scheme: string): string {
  const type = scheme.replaceAll("-", "_");
  return type === "postgresql" ? "postgres" : type;
}

function decode(source: Source, text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  try {
    return decodeURIComponent(text);
  } catch {
    throw badValue(source, 'a "%" in it is not followed by two hexadecimal digits');
  }
}

function parseQuery(
  { connectionId }: Source,
  query: string | undefined,
): Pick<WrittenConnection, "extra" | "dags"> {
  const params = new URLSearchParams(query);
  const names = params.getAll("__dags__");
  params.delete("__dags__");
  const extra =
    params.size === 0
      ? null
      : (params.get("__extra__") ?? JSON.stringify(Object.fromEntries(params)));
  return {
    extra,
    ...(names.length === 0 ? {} : { dags: parseScopeText(connectionId, names.join(",")) }),
  };
}

const JSON_FIELDS: readonly string[] = [
  "conn_id",
  "conn_type",
  "description",
  "host",
  "login",
  "password",
  "schema",
  "port",
  "extra",
  "extra_dejson",
  "dags",
];

function parseJsonForm(source: Source, text: string): WrittenConnection {
  const fields = parseObject(source, text);
  checkNames(source, Object.keys(fields));
  const textOf = (name: string) => fieldText(source, name, fields[name]);
  const connType = textOf("conn_type");
  if (connType === null) throw badValue(source, '"conn_type" is missing');
  const extra = fields["extra"] ?? fields["extra_dejson"] ?? null;
  return {
    connectionId: source.connectionId,
    connType,
    description: textOf("description"),
    host: textOf("host"),
    login: textOf("login"),
    password: textOf("password"),
    schema: textOf("schema"),
    port: parsePort(source, fields["port"] ?? null),
    extra: extra === null || typeof extra === "string" ? extra : JSON.stringify(extra),
    ...scopeOf(source, fields["dags"]),
  };
}

/** A slip in a name, such as "dag" for "dags", would otherwise open the connection to every Dag. */
function checkNames(source: Source, names: readonly string[]): void {
  const unknown = names.find((name) => !JSON_FIELDS.includes(name));
  if (unknown === undefined) return;
  // What does not look like a name may be a secret in the wrong place.
  const shown = /^[a-z_]{1,20}$/u.test(unknown) ? `its field "${unknown}"` : "one of its fields";
  throw badValue(source, `${shown} is none of ${JSON_FIELDS.join(", ")}`);
}

function scopeOf(source: Source, value: JsonValue | undefined): Pick<WrittenConnection, "dags"> {
  if (value === undefined) return {};
  if (value === null) return { dags: null };
  if (typeof value === "string") return { dags: parseScopeText(source.connectionId, value) };
  if (!Array.isArray(value)) throw badValue(source, '"dags" is no list of names');
  const names = value.map((name: JsonValue) => fieldText(source, "dags", name) ?? "");
  return { dags: parseConnectionScope(source.connectionId, names) };
}

function parseObject(source: Source, text: string): Readonly<Record<string, JsonValue>> {
  try {
    const fields: Readonly<Record<string, JsonValue>> = JSON.parse(text);
    return fields;
  } catch {
    throw badValue(source, "it starts like a JSON object but is not one");
  }
}

function fieldText(source: Source, name: string, value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw badValue(source, `"${name}" is not a text`);
}

function parsePort(source: Source, value: JsonValue): number | null {
  if (value === null || value === "") return null;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw badValue(source, "its port is not a whole number from 0 to 65535");
}

function badValue({ connectionId, where }: Source, reason: string): AirloomError {
  return new AirloomError(
    "connection.bad_value",
    `Cannot read connection "${connectionId}" from ${where}: ${reason}`,
  );
}
