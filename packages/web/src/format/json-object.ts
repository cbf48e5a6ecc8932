import type { BodyOf } from "@airloom/api";

/** As the API takes it. */
type JsonObject = NonNullable<BodyOf<"triggerDagRun">["conf"]>;

/** What a person typed as a JSON object, or what is wrong with it; nothing typed is an empty one. */
export function parseJsonObject(
  text: string,
):
  | { readonly value: JsonObject; readonly problem?: never }
  | { readonly problem: string; readonly value?: never } {
  if (text.trim() === "") return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value)
      ? { value }
      : { problem: 'Expected a JSON object such as {"carrier": "AA"}' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
