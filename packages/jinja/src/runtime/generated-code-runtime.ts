/**
 * What generated code calls, by the names it uses. Code passes a further argument to most of these: an
 * assignment that notes the place in the template, so that an error knows where it happened.
 */
import { PyError, withFrame } from "../errors.ts";
import type { SourceFile } from "../source-file.ts";
import { compareValues, isContained, isEqual } from "../values/compare.ts";
import { iterate as iterateValue } from "../values/iterate.ts";
import { str as textOf } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import {
  isHostObject,
  type Kwargs,
  NO_KWARGS,
  PyDict,
  PyFloat,
  PyTuple,
  Undefined,
  type Value,
} from "../values/value.ts";
import { checkTextLength } from "./budget.ts";
import type { Evaluation } from "./evaluation.ts";
import { Loop, type Recursion } from "./loop.ts";

export { isTruthy as truth, iterate } from "../values/iterate.ts";
export { str } from "../values/text.ts";
export { add, applySign as sign, arithmetic } from "./arithmetic.ts";
export {
  callMethod as method,
  callValue as call,
  getAttribute as attribute,
  getItem as item,
  setAttribute,
} from "./attributes.ts";
export { block } from "./evaluation.ts";
export { above, imported, include, inherit, module, names, parent, register } from "./linking.ts";
export { makeMacro as macro } from "./macro.ts";
export { renderNative as native } from "./native.ts";
export { getSlice as slice } from "./slice.ts";

export const none: Kwargs = NO_KWARGS;

export function float(value: number): Value {
  return new PyFloat(value);
}

export function tuple(items: readonly Value[]): Value {
  return new PyTuple(items);
}

export function dict(entries: readonly (readonly [Value, Value])[]): Value {
  return new PyDict(entries);
}

export function loop(
  evaluation: Evaluation,
  items: readonly Value[],
  depth: number,
  recursion: Recursion | undefined,
): Loop {
  return new Loop(evaluation, items, depth, recursion);
}

export function fail(error: unknown, source: SourceFile, offset: number, name: string): unknown {
  return withFrame(error, source, offset, name);
}

export function error(reason: string): Error {
  return new PyError("TemplateRuntimeError", reason);
}

export function unknown(reason: string): never {
  throw new PyError("TemplateRuntimeError", reason);
}

export function finish(evaluation: Evaluation, text: string): string {
  evaluation.budget.checkOutput(text.length);
  return text;
}

export function settled<T>(value: T | Promise<T>): T {
  if (!(value instanceof Promise)) return value;
  // Nobody will wait for it: without this, its failure would end the process.
  value.catch(() => undefined);
  throw new PyError(
    "RuntimeError",
    "Cannot wait for an asynchronous function while rendering synchronously: render with renderAsync()",
  );
}

// As in Jinja, a missing else is never strict.
export function noElse(evaluation: Evaluation): Value {
  const message = "the inline if-expression evaluated to false and no else section was defined.";
  const { undefinedBehavior } = evaluation;
  return new Undefined(message, undefinedBehavior === "strict" ? "default" : undefinedBehavior);
}

export function isDefined(value: Value): boolean {
  return !(value instanceof Undefined);
}

export function concat(parts: readonly Value[]): string {
  const texts = parts.map(textOf);
  checkTextLength(texts.reduce((length, text) => length + text.length, 0));
  return texts.join("");
}

export function spread(value: Value): readonly Value[] {
  return iterateValue(value);
}

export function kwargs(named: readonly (readonly [string, Value])[], more?: Value): Kwargs {
  const result = new Map(named);
  if (more === undefined) return result;
  if (!(more instanceof PyDict)) {
    throw new PyError("TypeError", `argument after ** must be a mapping, not ${typeName(more)}`);
  }
  for (const [key, value] of more.entries()) {
    if (typeof key !== "string") throw new PyError("TypeError", "keywords must be strings");
    if (result.has(key)) {
      throw new PyError("TypeError", `got multiple values for keyword argument '${key}'`);
    }
    result.set(key, value);
  }
  return result;
}

export function unpack(value: Value, count: number): readonly Value[] {
  if (!isHostObject(value) && (value === null || typeof value === "number")) {
    throw new PyError("TypeError", `cannot unpack non-iterable ${typeName(value)} object`);
  }
  const items = iterateValue(value);
  if (items.length === count) return items;
  throw new PyError(
    "ValueError",
    items.length > count
      ? `too many values to unpack (expected ${count})`
      : `not enough values to unpack (expected ${count}, got ${items.length})`,
  );
}

export function equal(left: Value, right: Value): boolean {
  return isEqual(left, right);
}

export function notEqual(left: Value, right: Value): boolean {
  return !isEqual(left, right);
}

export function less(left: Value, right: Value): boolean {
  return compareValues(left, right, "<") < 0;
}

export function lessOrEqual(left: Value, right: Value): boolean {
  return compareValues(left, right, "<=") <= 0;
}

export function greater(left: Value, right: Value): boolean {
  return compareValues(left, right, ">") > 0;
}

export function greaterOrEqual(left: Value, right: Value): boolean {
  return compareValues(left, right, ">=") >= 0;
}

export function contained(value: Value, container: Value): boolean {
  return isContained(value, container);
}

export function notContained(value: Value, container: Value): boolean {
  return !isContained(value, container);
}
