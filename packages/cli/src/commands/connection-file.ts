import { AirloomError } from "@airloom/core";
import type { WrittenConnection } from "@airloom/store";
import { parse as parseYaml, stringify as renderYaml } from "yaml";

/** The forms of Airflow's `connections export` and `import`. */
export const CONNECTION_FORMATS = ["json", "yaml", "env"] as const;
export type ConnectionFormat = (typeof CONNECTION_FORMATS)[number];

/** Reads one connection that is written as one text, a URI or a JSON object. */
export type ParseText = (connectionId: string, text: string) => WrittenConnection;

/** The format that a file's name stands for. */
export function formatOfFile(file: string): ConnectionFormat | undefined {
  if (/\.json$/iu.test(file)) return "json";
  if (/\.ya?ml$/iu.test(file)) return "yaml";
  return /\.env$|(?:^|[/\\])\.env$/iu.test(file) ? "env" : undefined;
}

/**
 * Connections as one file. What is null is left out where the form has a place for nothing; one for every Dag says
 * nothing of Dags, so that Airflow reads it too.
 */
export function renderConnections(
  connections: readonly WrittenConnection[],
  format: ConnectionFormat,
): string {
  if (format === "env")
    return connections.map((one) => `${one.connectionId}=${renderUri(one)}\n`).join("");
  const file = Object.fromEntries(
    connections.map(({ connectionId, connType, dags, ...fields }) => [
      connectionId,
      { conn_type: connType, ...fields, ...(dags == null ? {} : { dags }) },
    ]),
  );
  return format === "json" ? `${JSON.stringify(file, null, 2)}\n` : renderYaml(file);
}

/** Reads what was exported, here or by Airflow: an object by connection id, whose values are objects or URIs, or env lines. */
export function parseConnections(
  text: string,
  format: ConnectionFormat,
  parseText: ParseText,
): readonly WrittenConnection[] {
  return format === "env" ? parseEnvLines(text, parseText) : parseObjects(text, format, parseText);
}

function parseObjects(
  text: string,
  format: "json" | "yaml",
  parseText: ParseText,
): readonly WrittenConnection[] {
  const value = parseDocument(text, format);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unreadable(`expected an object by connection id`);
  }
  return Object.entries(value).map(([connectionId, fields]: [string, unknown]) => {
    if (typeof fields === "string") return parseText(connectionId, fields);
    return parseText(connectionId, JSON.stringify(fields ?? {}));
  });
}

function parseDocument(text: string, format: "json" | "yaml"): unknown {
  try {
    return format === "json" ? JSON.parse(text) : parseYaml(text);
  } catch {
    // The parser's message quotes the text, which may hold secrets.
    throw unreadable(`it is no ${format.toUpperCase()}`);
  }
}

function parseEnvLines(text: string, parseText: ParseText): readonly WrittenConnection[] {
  return text.split(/\r?\n/u).flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const groups = /^(?:export\s+)?(?<name>[^=\s]+)\s*=(?<value>.*)$/u.exec(trimmed)?.groups;
    if (groups === undefined) throw unreadable(`line ${index + 1} is not <connection id>=<URI>`);
    const name = groups["name"] ?? "";
    const value = (groups["value"] ?? "")
      .trim()
      .replace(/^(?<quote>["'])(?<inner>.*)\k<quote>$/u, "$<inner>");
    return [parseText(idOf(name), value)];
  });
}

/** A `.env` of Airflow or of ours names variables, not ids. */
function idOf(name: string): string {
  const id = /^(?:AIRLOOM_CONN_|AIRFLOW_CONN_)(?<id>.+)$/u.exec(name)?.groups?.["id"];
  return id === undefined ? name : id.toLowerCase();
}

function unreadable(reason: string): AirloomError {
  return new AirloomError("input.invalid", `Cannot read the connections: ${reason}`);
}

/** As Airflow writes it: `type://login:password@host:port/schema?__extra__=…`; `__dags__` is ours. */
export function renderUri({
  connType,
  login,
  password,
  host,
  port,
  schema,
  extra,
  dags = null,
}: WrittenConnection): string {
  const who =
    login === null && password === null
      ? ""
      : `${encode(login)}${password === null ? "" : `:${encode(password)}`}@`;
  const where = `${encode(host)}${port === null ? "" : `:${port}`}`;
  const path = schema === null ? "" : `/${encode(schema)}`;
  const query = [
    ...(extra === null ? [] : [`__extra__=${encode(extra)}`]),
    ...(dags === null ? [] : [`__dags__=${encode(dags.join(","))}`]),
  ];
  const more = query.length === 0 ? "" : `${path === "" ? "/" : ""}?${query.join("&")}`;
  return `${connType.replaceAll("_", "-")}://${who}${where}${path}${more}`;
}

function encode(text: string | null): string {
  return encodeURIComponent(text ?? "");
}
