import { isJsonList, isJsonObject, type JsonValue } from "../json.ts";

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(mark, `\\${mark}`);
  return mark + body + mark;
}

/** A value as Python's `str()` writes it. */
export function renderPythonStr(value: JsonValue): string {
  return typeof value === "string" ? value : renderPythonRepr(value);
}

/** A value as Python's `repr()` writes it: dbt hashes and names tests with it. */
export function renderPythonRepr(value: JsonValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return quote(value);
  if (isJsonList(value)) return `[${value.map(renderPythonRepr).join(", ")}]`;
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${quote(key)}: ${renderPythonRepr(item)}`,
    );
    return `{${entries.join(", ")}}`;
  }
  return String(value);
}
