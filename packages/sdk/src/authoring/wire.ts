import { AirloomError, type JsonValue } from "@airloom/core";

/** What a value of type `T` is after it has been through JSON: how a downstream task receives it. */
export type Wire<T> = 0 extends 1 & T
  ? T
  : unknown extends T
    ? unknown
    : T extends JsonValue
      ? T
      : T extends undefined | void
        ? null
        : T extends { toJSON(): infer Json }
          ? Wire<Json>
          : T extends readonly unknown[]
            ? { [Index in keyof T]: Wire<T[Index]> }
            : T extends (...args: never) => unknown
              ? never
              : T extends object
                ? { [Key in keyof T]: Wire<T[Key]> }
                : never;

/**
 * Turns what a task returned into JSON, and refuses what JSON would lose.
 *
 * Dates and other objects with `toJSON` become what that answers; `undefined` in an object leaves its key out.
 */
export function toJsonValue(value: unknown, path = "value"): JsonValue {
  return convert(value, path, []);
}

/** `within` are the objects around the value, outermost first. */
function convert(value: unknown, path: string, within: readonly object[]): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    throw notJson(path, `${value} is not a JSON number`);
  }
  if (typeof value !== "object") throw notJson(path, `a ${typeof value} has no JSON form`);
  if (within.includes(value)) throw notJson(path, "it contains itself");
  return convertObject(value, path, [...within, value]);
}

function convertObject(value: object, path: string, within: readonly object[]): JsonValue {
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return convert(value.toJSON(), path, within);
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      item === undefined ? null : convert(item, `${path}[${index}]`, within),
    );
  }
  if (value instanceof Map || value instanceof Set) {
    throw notJson(path, `a ${value.constructor.name} has no JSON form: return an object or array`);
  }
  if (value instanceof Promise) throw notJson(path, "a Promise is not awaited");
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, convert(item, `${path}.${key}`, within)]),
  );
}

function notJson(path: string, why: string): AirloomError {
  return new AirloomError("input.invalid", `Cannot keep ${path} as JSON: ${why}`);
}
