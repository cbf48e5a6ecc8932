import { PyError } from "../errors.ts";
import { formatPercent } from "../format/percent.ts";
import { asNumeric, makeFloat, makeInteger, type Numeric, toIndex } from "../values/numeric.ts";
import { undefinedError } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import {
  type BinaryOperator,
  isHostObject,
  PySet,
  PyTuple,
  Undefined,
  type Value,
} from "../values/value.ts";
import { checkItemCount, checkTextLength } from "./budget.ts";

/** Computes `left operator right` as Python does. */
export function arithmetic(operator: BinaryOperator, left: Value, right: Value): Value {
  const first = asNumeric(left);
  const second = first === undefined ? undefined : asNumeric(right);
  if (first !== undefined && second !== undefined) return computeNumbers(operator, first, second);
  const hosted = computeHost(operator, left, right);
  if (hosted !== undefined) return hosted;
  const result = computeSequences(operator, left, right);
  if (result !== undefined) return result;
  for (const side of [left, right]) {
    if (side instanceof Undefined) return useUndefined(side);
  }
  const spelled = operator === "**" ? "** or pow()" : operator;
  throw new PyError(
    "TypeError",
    `unsupported operand type(s) for ${spelled}: '${typeName(left)}' and '${typeName(right)}'`,
  );
}

function useUndefined(value: Undefined): Value {
  if (value.behavior === "permissive") return value;
  throw undefinedError(value);
}

/** `left + right`, fast for small ints and texts. */
export function add(left: Value, right: Value): Value {
  if (typeof left === "number" && typeof right === "number") {
    const sum = left + right;
    if (Number.isInteger(left) && Number.isInteger(right) && Number.isSafeInteger(sum)) return sum;
  }
  return arithmetic("+", left, right);
}

function computeNumbers(operator: BinaryOperator, left: Numeric, right: Numeric): Value {
  if (left.isFloat || right.isFloat) {
    return makeFloat(computeFloats(operator, Number(left.value), Number(right.value)));
  }
  if (operator === "/") return makeFloat(divide(Number(left.value), Number(right.value)));
  if (operator === "**" && right.value < 0) {
    if (Number(left.value) === 0) throw zeroPower();
    return makeFloat(Number(left.value) ** Number(right.value));
  }
  const small = computeSmall(operator, left.value, right.value);
  if (small !== undefined) return small;
  return makeInteger(computeIntegers(operator, BigInt(left.value), BigInt(right.value)));
}

function computeSmall(
  operator: BinaryOperator,
  left: number | bigint,
  right: number | bigint,
): number | undefined {
  if (typeof left === "bigint" || typeof right === "bigint") return undefined;
  if (operator === "**") return undefined;
  const result = computeFloats(operator, left, right);
  return Number.isSafeInteger(result) ? result + 0 : undefined;
}

function computeFloats(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return divide(left, right);
    case "//":
      return Math.floor(divide(left, right));
    case "%":
      return modulo(left, right);
    case "**":
      return power(left, right);
  }
}

function divide(left: number, right: number): number {
  if (right === 0) throw new PyError("ZeroDivisionError", "division by zero");
  return left / right;
}

function modulo(left: number, right: number): number {
  if (right === 0) throw new PyError("ZeroDivisionError", "integer modulo by zero");
  const rest = left % right;
  if (rest === 0) return right < 0 ? -0 : 0;
  return rest < 0 !== right < 0 ? rest + right : rest;
}

function zeroPower(): PyError {
  return new PyError("ZeroDivisionError", "0.0 cannot be raised to a negative power");
}

function power(left: number, right: number): number {
  if (left === 0 && right < 0) throw zeroPower();
  return left ** right;
}

const MAX_EXPONENT_BITS = 100_000;

function computeIntegers(operator: BinaryOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "%":
    case "//": {
      if (right === 0n) throw new PyError("ZeroDivisionError", "integer modulo by zero");
      const rest = left % right;
      const isOff = rest !== 0n && rest < 0n !== right < 0n;
      if (operator === "%") return isOff ? rest + right : rest;
      return left / right - (isOff ? 1n : 0n);
    }
    case "**": {
      const bits = left.toString(2).length * Number(right);
      if (left > 1n && bits > MAX_EXPONENT_BITS) {
        throw new PyError("OverflowError", "power is too large: a limit stopped it");
      }
      if (left < -1n && bits > MAX_EXPONENT_BITS) {
        throw new PyError("OverflowError", "power is too large: a limit stopped it");
      }
      return left ** right;
    }
    case "/":
      throw new Error("Unreachable: true division gives a float");
  }
}

function computeHost(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  const result = isHostObject(left) ? left.operate?.(operator, right, false) : undefined;
  if (result !== undefined) return result;
  return isHostObject(right) ? right.operate?.(operator, left, true) : undefined;
}

function computeSequences(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  switch (operator) {
    case "+":
      return concatenate(left, right);
    case "*":
      return repeat(left, right) ?? repeat(right, left);
    case "%":
      return typeof left === "string" ? formatPercent(left, right) : undefined;
    case "-":
      if (!(left instanceof PySet) || !(right instanceof PySet)) return undefined;
      return new PySet([...left.values()].filter((item) => !right.has(item)));
    default:
      return undefined;
  }
}

function concatenate(left: Value, right: Value): Value | undefined {
  if (typeof left === "string" && typeof right === "string") {
    checkTextLength(left.length + right.length);
    return left + right;
  }
  if (typeof left === "string" && !(right instanceof Undefined)) {
    throw new PyError("TypeError", `can only concatenate str (not "${typeName(right)}") to str`);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    checkItemCount(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof PyTuple && right instanceof PyTuple) {
    checkItemCount(left.items.length + right.items.length);
    return new PyTuple([...left.items, ...right.items]);
  }
  return undefined;
}

function repeat(sequence: Value, times: Value): Value | undefined {
  const isSequence =
    typeof sequence === "string" || Array.isArray(sequence) || sequence instanceof PyTuple;
  const numeric = asNumeric(times);
  if (!isSequence || numeric === undefined || numeric.isFloat) return undefined;
  const count = Math.max(0, toIndex(times, "repetition"));
  if (typeof sequence === "string") {
    checkTextLength(sequence.length * count);
    return sequence.repeat(count);
  }
  const items = sequence instanceof PyTuple ? sequence.items : sequence;
  checkItemCount(items.length * count);
  const repeated = Array.from({ length: count }, () => items).flatMap((part) => part);
  return Array.isArray(sequence) ? repeated : new PyTuple(repeated);
}

/** `-value` and `+value`. */
export function applySign(sign: 1 | -1, value: Value): Value {
  const numeric = asNumeric(value);
  if (numeric === undefined) {
    if (value instanceof Undefined) return useUndefined(value);
    const name = sign === 1 ? "+" : "-";
    throw new PyError("TypeError", `bad operand type for unary ${name}: '${typeName(value)}'`);
  }
  if (numeric.isFloat) return makeFloat(sign * numeric.value);
  return typeof numeric.value === "bigint"
    ? makeInteger(BigInt(sign) * numeric.value)
    : sign * numeric.value + 0;
}
