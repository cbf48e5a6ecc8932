/** An object out of JSON whose keys are not known. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** True for a JSON object. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object, empty where it is none. */
export function readRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** The value as an array, empty where it is none. */
export function readArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; null where it is none. */
export function readText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The value as a finite number, also from a numeric string; null where it is none. */
export function readNumber(value: unknown): number | null {
  if (typeof value === "string" && value.trim() === "") return null;
  const number =
    typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/** The strings of an array, without anything else in it. */
export function readTexts(value: unknown): readonly string[] {
  return readArray(value).filter((item) => typeof item === "string");
}
