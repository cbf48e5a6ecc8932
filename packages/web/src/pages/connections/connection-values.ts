import type { Connection, ConnectionBody, UiConnectionType } from "@airloom/api";
import { parseJsonObject } from "../../format/json-object.ts";

/** What stands in the form: one text per field of the type, by its name. */
export type FormValues = Readonly<Record<string, string>>;

/** Fields a connection has besides those in its extra. */
const OWN_FIELDS = ["host", "login", "password", "schema", "port"] as const;
type OwnField = (typeof OWN_FIELDS)[number];

const EXTRA = "extra.";

/** What a stored connection puts into the form. Secrets are never read, so their fields start empty. */
export function valuesOf(connection: Connection | undefined): FormValues {
  if (connection === undefined) return {};
  const own = Object.fromEntries(
    OWN_FIELDS.map((name) => [name, name === "password" ? "" : textOf(connection[name])]),
  );
  const extra = Object.fromEntries(
    Object.entries(parseExtra(connection.extra)).map(([key, value]) => [
      `${EXTRA}${key}`,
      textOf(value),
    ]),
  );
  return {
    ...own,
    ...extra,
    extra: connection.extra ?? "",
    dags: connection.dags?.join(", ") ?? "",
    description: connection.description ?? "",
  };
}

/** The body that saves or tests what stands in the form. An empty secret is left out: it keeps its value. */
export function bodyOf(
  id: string,
  type: UiConnectionType,
  form: { readonly values: FormValues; readonly stored: Connection | undefined },
): ConnectionBody {
  const { values } = form;
  const own = type.fields.flatMap(({ name }) => {
    const field = OWN_FIELDS.find((candidate) => candidate === name);
    return field === undefined ? [] : ownEntry(field, values[name] ?? "");
  });
  return {
    connection_id: id,
    conn_type: type.conn_type,
    description: values["description"] === "" ? null : (values["description"] ?? null),
    dags: scopeOf(values["dags"] ?? ""),
    ...Object.fromEntries(own),
    ...extraOf(type, form),
  };
}

/** Nothing is every Dag. Commas alone stay an empty list, which the server refuses: it would look like everybody. */
function scopeOf(text: string): string[] | null {
  if (text.trim() === "") return null;
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function extraOf(
  type: UiConnectionType,
  { values, stored }: { readonly values: FormValues; readonly stored: Connection | undefined },
): Pick<ConnectionBody, "extra"> {
  if (hasFreeExtra(type)) {
    const text = values["extra"] ?? "";
    if (text.trim() !== "") return { extra: text };
    return stored === undefined ? {} : { extra: null };
  }
  const typed = type.fields.flatMap(({ name, kind }): [string, unknown][] => {
    if (!name.startsWith(EXTRA)) return [];
    const value = values[name] ?? "";
    return value === ""
      ? []
      : [[name.slice(EXTRA.length), kind === "boolean" ? value === "true" : value]];
  });
  // Keys of the extra that the form does not show stay as they are.
  const shown = new Set(type.fields.map(({ name }) => name));
  const kept = Object.entries(parseExtra(stored?.extra ?? null)).filter(
    ([key]) => !shown.has(`${EXTRA}${key}`),
  );
  const extra = Object.fromEntries([...kept, ...typed]);
  const isNothing = Object.keys(extra).length === 0 && (stored?.extra ?? null) === null;
  return isNothing ? {} : { extra: JSON.stringify(extra) };
}

/** The form shows the extra as text, not key by key. */
function hasFreeExtra(type: UiConnectionType): boolean {
  return type.fields.some(({ name }) => name === "extra");
}

/** The first thing in the form that cannot be saved. */
export function findProblem(
  id: string,
  type: UiConnectionType | undefined,
  form: { readonly values: FormValues; readonly stored: Connection | undefined },
): string | undefined {
  if (!/^[\p{L}\p{N}_.-]+$/u.test(id))
    return "Connection ID: letters, digits, dots, dashes, underscores";
  if (type === undefined) return "Choose a connection type";
  const missing = type.fields.find(
    ({ name, kind, required }) =>
      required &&
      (form.values[name] ?? "") === "" &&
      !(kind === "secret" && isSecretKept(type, form)),
  );
  if (missing !== undefined) return `${missing.label} is needed`;
  const port = form.values["port"] ?? "";
  if (port !== "" && !(/^\d+$/u.test(port) && Number(port) <= 65_535)) {
    return "Port: a number up to 65535";
  }
  const { problem } = hasFreeExtra(type) ? parseJsonObject(form.values["extra"] ?? "") : {};
  return problem === undefined ? undefined : `Extra: ${problem}`;
}

/** Whether the stored secret stays if the form leaves it out. */
export function isSecretKept(
  type: UiConnectionType,
  form: { readonly values: FormValues; readonly stored: Connection | undefined },
): boolean {
  return form.stored?.has_password === true && !isSecretWithheld(type, form);
}

/** The server never takes a stored secret to another place: it is neither tested nor saved there. */
export function isSecretWithheld(
  type: UiConnectionType,
  { values, stored }: { readonly values: FormValues; readonly stored: Connection | undefined },
): boolean {
  if (stored?.has_password !== true || (values["password"] ?? "") !== "") return false;
  return (
    stored.conn_type !== type.conn_type ||
    (["host", "port", "schema"] as const).some(
      (name) => textOf(stored[name]) !== (values[name] ?? ""),
    )
  );
}

function ownEntry(field: OwnField, value: string): [string, string | number | null][] {
  if (field === "password") return value === "" ? [] : [[field, value]];
  if (value === "") return [[field, null]];
  return [[field, field === "port" ? Number(value) : value]];
}

function parseExtra(text: string | null): Readonly<Record<string, unknown>> {
  return parseJsonObject(text ?? "").value ?? {};
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The environment variable that sets a connection and wins over the form. */
export function variableNameOf(connectionId: string): string {
  return `AIRLOOM_CONN_${connectionId.toUpperCase().replaceAll(/[^A-Z0-9_]/gu, "_")}`;
}
