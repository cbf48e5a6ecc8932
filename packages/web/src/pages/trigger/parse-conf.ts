import type { BodyOf } from "@airloom/api";

type Conf = NonNullable<BodyOf<"triggerDagRun">["conf"]>;

/** What a person typed as conf: a JSON object, or what is wrong with it. */
export function parseConf(
  text: string,
):
  | { readonly conf: Conf; readonly problem?: never }
  | { readonly problem: string; readonly conf?: never } {
  if (text.trim() === "") return { conf: {} };
  try {
    const value: unknown = JSON.parse(text);
    return isConf(value)
      ? { conf: value }
      : { problem: 'Expected a JSON object such as {"carrier": "AA"}' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function isConf(value: unknown): value is Conf {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
