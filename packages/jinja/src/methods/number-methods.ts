import { PyError } from "../errors.ts";
import { asNumeric, isFloat } from "../values/numeric.ts";
import type { Value } from "../values/value.ts";
import { type Method, methodsFor } from "./method.ts";

function isAny(value: Value): value is Value {
  return value !== undefined;
}

function numberOf(self: Value): number {
  const numeric = asNumeric(self);
  if (numeric === undefined) throw new PyError("TypeError", "must be a number");
  return Number(numeric.value);
}

/** Methods of floats. */
export const FLOAT_METHODS: ReadonlyMap<string, Method> = methodsFor(isAny, {
  is_integer: ["", (self) => isFloat(self) && Number.isInteger(numberOf(self))],
  conjugate: ["", (self) => self],
});

/** Methods and attributes of ints that templates use. */
export const INT_METHODS: ReadonlyMap<string, Method> = methodsFor(isAny, {
  bit_length: [
    "",
    (self) =>
      BigInt(Math.abs(numberOf(self)))
        .toString(2)
        .replace(/^0$/u, "").length,
  ],
  conjugate: ["", (self) => self],
});
