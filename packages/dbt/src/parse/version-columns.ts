import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
  textsOf,
} from "../json.ts";

function isNamed(column: JsonValue): column is JsonObject {
  return isJsonObject(column) && column["name"] !== undefined;
}

/** A model's properties for one of its versions: its columns are the model's, as far as it includes them, and its own. */
export function propertiesOfVersion(model: JsonObject, version: JsonObject): JsonObject {
  const given = listOf(version["columns"]);
  const own = given.filter(isNamed);
  const names = new Set(own.map((column) => renderScalar(column["name"])));
  const rule = objectOf(given.find((column) => !isNamed(column)));
  const included = rule["include"] ?? "all";
  const isAll = included === "all" || included === "*";
  const wanted = new Set(textsOf(included));
  const unwanted = new Set(textsOf(rule["exclude"]));
  const inherited = listOf(model["columns"])
    .filter(isNamed)
    .filter((column) => {
      const name = renderScalar(column["name"]);
      return (isAll || wanted.has(name)) && !unwanted.has(name) && !names.has(name);
    });
  return { ...model, ...version, columns: [...inherited, ...own] };
}
