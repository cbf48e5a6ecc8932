import { type HostObject, pyType, type Value } from "@airloom/jinja";
import { renderText } from "../template/values.ts";

/** An object whose attributes a function answers. */
export function recordObject(
  type: string,
  find: (name: string) => Value | undefined,
  options: { readonly contains?: (name: string) => boolean; readonly text?: string } = {},
): HostObject {
  return {
    [pyType]: type,
    getAttribute: find,
    getItem: (key) => (typeof key === "string" ? find(key) : undefined),
    contains: (key) => options.contains?.(renderText(key)) ?? find(renderText(key)) !== undefined,
    toText: () => options.text ?? `<${type}>`,
    isTruthy: () => true,
  };
}
