import { PyDict, Undefined, type Value } from "@airloom/jinja";
import { renderText } from "../template/values.ts";
import { define, type NativeMacro } from "./native-macro.ts";

function given(value: Value | undefined): string | undefined {
  if (value === undefined || value === null || value instanceof Undefined) return undefined;
  return renderText(value).trim();
}

function attribute(node: Value | undefined, name: string): Value | undefined {
  return node instanceof PyDict ? node.get(name) : undefined;
}

/** Macros that name schemas, tables and databases; projects override them most. */
export const NAMING: readonly NativeMacro[] = [
  define("generate_schema_name", ["custom_schema_name", "node"], (context, [custom]) => {
    const name = given(custom);
    return name === undefined ? context.target.schema : `${context.target.schema}_${name}`;
  }),
  define("generate_schema_name_for_env", ["custom_schema_name", "node"], (context, [custom]) => {
    const name = given(custom);
    return context.target.name === "prod" && name !== undefined ? name : context.target.schema;
  }),
  define("generate_alias_name", ["custom_alias_name", "node"], (_context, [custom, node]) => {
    const alias = given(custom);
    if (alias !== undefined && alias !== "") return alias;
    const name = renderText(attribute(node, "name") ?? null);
    const version = given(attribute(node, "version"));
    return version === undefined ? name : `${name}_v${version.replaceAll(".", "_")}`;
  }),
  define(
    "generate_latest_version_pointer_alias",
    ["custom_alias_name", "node"],
    (_context, [custom, node]) => {
      const alias = given(custom);
      return alias === undefined || alias === "" ? (attribute(node, "name") ?? null) : alias;
    },
  ),
  define(
    "generate_database_name",
    ["custom_database_name", "node"],
    (context, [custom]) => given(custom) ?? context.target.database,
  ),
];
