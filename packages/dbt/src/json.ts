/** Any value that JSON can carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** An object of JSON values. */
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** Whether a value is an object that is not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list of JSON values. */
export function isJsonList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The object, or an empty one for anything else. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The list, one element as a list, or an empty list for nothing. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return isJsonList(value) ? value : [value];
}

/** Text values of a list; a single text counts as a list of one. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  return listOf(value)
    .filter((item) => item !== null)
    .map(String);
}

/** The text, or `undefined` when the value is no text. */
export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A value as text: texts as they are, everything else as JSON. */
export function renderScalar(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
