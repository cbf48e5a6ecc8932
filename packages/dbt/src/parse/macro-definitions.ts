import type { MacroDefinition } from "../artifacts/manifest.ts";
import { NATIVE_MACROS } from "../builtins/native-macros.ts";
import type { MacroEntry } from "../context/macro-registry.ts";
import { isJsonObject, type JsonObject, listOf, objectOf, renderScalar, textOf } from "../json.ts";
import { createDescriptionRenderer } from "./descriptions.ts";
import { createdAt, findProperties, type ParseState, placeOf } from "./parse-state.ts";

function callsOf(state: ParseState, entry: MacroEntry): readonly string[] {
  const ids = entry.template
    .parse()
    .calls.filter((call) => call.block === entry.name)
    .flatMap((call) => state.workspace.registry.resolveId(call.name, entry.packageName) ?? []);
  return [...new Set(ids)];
}

function argumentsOf(value: JsonObject): readonly JsonObject[] {
  return listOf(value["arguments"])
    .filter(isJsonObject)
    .map((argument) => ({
      name: renderScalar(argument["name"]),
      type: textOf(argument["type"]) ?? null,
      description: textOf(argument["description"]) ?? "",
    }));
}

/** A project's macro as the manifest lists it. */
export function describeMacro(state: ParseState, entry: MacroEntry): MacroDefinition {
  const { packageName, definition, template } = entry;
  const properties = findProperties(state, "macros", packageName, definition.name);
  const value = properties?.value ?? {};
  const render = createDescriptionRenderer(
    state,
    packageName,
    properties === undefined ? { file: template.file } : placeOf(properties),
  );
  return {
    name: entry.name,
    resource_type: "macro",
    package_name: packageName,
    path: template.file,
    original_file_path: template.file,
    unique_id: entry.uniqueId,
    macro_sql: definition.source,
    depends_on: { macros: callsOf(state, entry) },
    description: render(textOf(value["description"]) ?? "").text,
    meta: objectOf(value["meta"]),
    docs: { show: true, node_color: null, ...objectOf(value["docs"]) },
    patch_path: properties === undefined ? null : `${packageName}://${properties.file}`,
    arguments: argumentsOf(value),
    created_at: createdAt(state),
    supported_languages: definition.supportedLanguages ?? null,
  };
}

/** The macros that the engine brings, as the manifest lists them. */
export function describeNativeMacros(state: ParseState): readonly MacroDefinition[] {
  return [...NATIVE_MACROS.values()].map((native) => ({
    name: native.name,
    resource_type: "macro" as const,
    package_name: "dbt",
    path: "built-in",
    original_file_path: "built-in",
    unique_id: `macro.dbt.${native.name}`,
    macro_sql: `{% macro ${native.name}(${native.parameters.join(", ")}) %}{# built in #}{% endmacro %}`,
    depends_on: { macros: [] },
    description: "",
    meta: {},
    docs: { show: true, node_color: null },
    patch_path: null,
    arguments: [],
    created_at: createdAt(state),
    supported_languages: null,
  }));
}
