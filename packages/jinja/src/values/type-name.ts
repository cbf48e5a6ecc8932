import { isFloat } from "./numeric.ts";
import { isHostObject, PyDict, PySet, PyTuple, pyType, Undefined, type Value } from "./value.ts";

/** The name of a value's Python type. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (isFloat(value)) return "float";
  if (typeof value === "number" || typeof value === "bigint") return "int";
  if (Array.isArray(value)) return "list";
  if (value instanceof PyTuple) return "tuple";
  if (value instanceof PyDict) return "dict";
  if (value instanceof PySet) return "set";
  if (value instanceof Undefined) return "Undefined";
  return isHostObject(value) ? value[pyType] : "object";
}
