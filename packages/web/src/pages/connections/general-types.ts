import type { UiConnectionField, UiConnectionType } from "@airloom/api";

function field(
  name: string,
  label: string,
  kind: UiConnectionField["kind"] = "text",
): UiConnectionField {
  return { name, label, kind, required: false, placeholder: null, help: null, options: [] };
}

/** What every connection has, in Airflow's order and words. */
const FIELDS: readonly UiConnectionField[] = [
  field("host", "Host"),
  field("login", "Login"),
  field("password", "Password", "secret"),
  field("port", "Port", "number"),
  field("schema", "Schema"),
  { ...field("extra", "Extra"), help: "A JSON object" },
];

/** Types that people look for first, as Airflow names them. */
const LABELS: Readonly<Record<string, string>> = {
  generic: "Generic",
  http: "HTTP",
  mysql: "MySQL",
  postgres: "Postgres",
  snowflake: "Snowflake",
};

/** The types with forms of their own, then the general ones. */
export function connectionTypesOf(own: readonly UiConnectionType[]): readonly UiConnectionType[] {
  const general = Object.keys(LABELS).map((name) => connectionTypeOf(own, name));
  return [...own, ...general.filter((type) => !own.includes(type))];
}

/** A type by its name: with its own form, or with what every connection has. */
export function connectionTypeOf(own: readonly UiConnectionType[], name: string): UiConnectionType {
  return (
    own.find(({ conn_type }) => conn_type === name) ?? {
      conn_type: name,
      label: LABELS[name] ?? name,
      fields: [...FIELDS],
    }
  );
}
