import type { ColumnInfo } from "../artifacts/manifest.ts";
import {
  isJsonObject,
  type JsonObject,
  listOf,
  objectOf,
  renderScalar,
  textOf,
  textsOf,
} from "../json.ts";

/** Renders a description and notes the docs blocks it uses. */
export type DescriptionRenderer = (text: string) => {
  readonly text: string;
  readonly docBlocks: readonly string[];
};

function readColumn(column: JsonObject, render: DescriptionRenderer): ColumnInfo {
  const config = objectOf(column["config"]);
  const meta = { ...objectOf(column["meta"]), ...objectOf(config["meta"]) };
  const tags = [...new Set([...textsOf(column["tags"]), ...textsOf(config["tags"])])];
  const description = render(textOf(column["description"]) ?? "");
  return {
    name: renderScalar(column["name"]),
    description: description.text,
    meta,
    data_type: textOf(column["data_type"]) ?? null,
    constraints: listOf(column["constraints"]),
    quote: typeof column["quote"] === "boolean" ? column["quote"] : null,
    config: { ...config, meta, tags },
    tags,
    granularity: textOf(column["granularity"]) ?? null,
    doc_blocks: description.docBlocks,
  };
}

/** The columns of an entry of a properties file, by name. */
export function readColumns(
  value: JsonObject,
  render: DescriptionRenderer,
): Readonly<Record<string, ColumnInfo>> {
  const columns = listOf(value["columns"]).filter(isJsonObject);
  return Object.fromEntries(
    columns.map((column) => [renderScalar(column["name"]), readColumn(column, render)]),
  );
}
