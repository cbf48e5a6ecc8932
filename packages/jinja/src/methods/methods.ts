import { isFloat } from "../values/numeric.ts";
import { PyDict, PySet, PyTuple, type Value } from "../values/value.ts";
import { DICT_METHODS } from "./dict-methods.ts";
import { LIST_METHODS, TUPLE_METHODS } from "./list-methods.ts";
import type { Method } from "./method.ts";
import { FLOAT_METHODS, INT_METHODS } from "./number-methods.ts";
import { SET_METHODS } from "./set-methods.ts";
import { STRING_METHODS } from "./string-methods.ts";

const NO_METHODS: ReadonlyMap<string, Method> = new Map();

/** The method of a plain value, by name. */
export function findMethod(value: Value, name: string): Method | undefined {
  return methodsOf(value).get(name);
}

function methodsOf(value: Value): ReadonlyMap<string, Method> {
  if (typeof value === "string") return STRING_METHODS;
  if (Array.isArray(value)) return LIST_METHODS;
  if (value instanceof PyDict) return DICT_METHODS;
  if (value instanceof PyTuple) return TUPLE_METHODS;
  if (value instanceof PySet) return SET_METHODS;
  if (isFloat(value)) return FLOAT_METHODS;
  if (["number", "bigint", "boolean"].includes(typeof value)) return INT_METHODS;
  return NO_METHODS;
}
