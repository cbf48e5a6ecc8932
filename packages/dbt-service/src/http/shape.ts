import { isRecord, type JsonRecord } from "@airloom/dbt-cloud/contract";
import { ApiError } from "../api-error.ts";
import { parseInstant } from "./instant.ts";

/** What a value of a request must be. One description serves the reader and the published document. */
export type Shape =
  | TextShape
  | IntegerShape
  | { readonly kind: "flag" }
  | { readonly kind: "instant" }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "map"; readonly of: Shape }
  | ObjectShape
  | { readonly kind: "either"; readonly shapes: readonly Shape[] }
  | { readonly kind: "anything" };

interface TextShape {
  readonly kind: "text";
  readonly min: number;
  readonly max: number;
  readonly pattern: RegExp | null;
  /** What it should look like, for people. */
  readonly like: string | null;
  readonly values: readonly string[] | null;
  /** True for what no message may repeat. */
  readonly isSecret: boolean;
}

interface IntegerShape {
  readonly kind: "integer";
  readonly min: number;
  readonly max: number;
  readonly values: readonly number[] | null;
}

interface ObjectShape {
  readonly kind: "object";
  readonly fields: Fields;
  readonly required: readonly string[];
}

/** Members of an object by name. Each may be left out or null unless the object requires it. */
export type Fields = Readonly<Record<string, Shape>>;

const MAX_TEXT = 1_000_000;
const MAX_ID = 2_147_483_647;

export function text(change: Partial<Omit<TextShape, "kind">> = {}): TextShape {
  return {
    kind: "text",
    min: 0,
    max: MAX_TEXT,
    pattern: null,
    like: null,
    values: null,
    isSecret: false,
    ...change,
  };
}

/** Text that no message repeats. */
export function secret(): TextShape {
  return text({ isSecret: true });
}

export function oneOf(...values: readonly string[]): TextShape {
  return text({ values });
}

/** A whole number, also written as text: clients take ids out of environment variables. */
export function integer(min = -MAX_ID, max = MAX_ID): IntegerShape {
  return { kind: "integer", min, max, values: null };
}

export function oneOfNumbers(...values: readonly number[]): IntegerShape {
  return { kind: "integer", min: -MAX_ID, max: MAX_ID, values };
}

/** The number of a row. */
export function id(): IntegerShape {
  return integer(0);
}

export function flag(): Shape {
  return { kind: "flag" };
}

export function instant(): Shape {
  return { kind: "instant" };
}

export function list(of: Shape): Shape {
  return { kind: "list", of };
}

/** An object with any keys. */
export function map(of: Shape = anything()): Shape {
  return { kind: "map", of };
}

/** An object. Keys beside those named are dropped: clients send back all that they were given. */
export function object(fields: Fields, required: readonly string[] = []): ObjectShape {
  return { kind: "object", fields, required };
}

export function either(...shapes: readonly Shape[]): Shape {
  return { kind: "either", shapes };
}

export function anything(): Shape {
  return { kind: "anything" };
}

/**
 * Reads a value of a request: what comes back has the shape, without anything else in it.
 *
 * Errors: 400, which names the field, quotes what was sent and says what would be right.
 */
export function readShape(shape: Shape, value: unknown, name: string): unknown {
  switch (shape.kind) {
    case "text":
      return readText(shape, value, name);
    case "integer":
      return readInteger(shape, value, name);
    case "flag":
      return readFlag(shape, value, name);
    case "instant":
      if (typeof value === "string" && parseInstant(value) !== undefined) return value;
      return refuse(shape, value, name);
    case "list":
      if (!Array.isArray(value)) return refuse(shape, value, name);
      return value.map((member, at) => readShape(shape.of, member, `${name}[${at}]`));
    case "map":
      if (!isRecord(value)) return refuse(shape, value, name);
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [
          key,
          member === null ? null : readShape(shape.of, member, `${name}.${key}`),
        ]),
      );
    case "object":
      return readObject(shape, value, name);
    case "either":
      return readEither(shape.shapes, value, name);
    case "anything":
      return value;
  }
}

/** Reads the members of an object that a shape names; the others are dropped, null ones stay. */
export function readObject(shape: ObjectShape, value: unknown, name: string): JsonRecord {
  if (!isRecord(value)) return refuse(shape, value, name);
  const inside = name === "the body" ? "" : `${name}.`;
  const read = Object.entries(shape.fields).flatMap(([key, of]): [string, unknown][] => {
    if (!Object.hasOwn(value, key)) return [];
    const given = value[key];
    return [[key, given === null ? null : readShape(of, given, `${inside}${key}`)]];
  });
  const found = Object.fromEntries(read);
  for (const key of shape.required) {
    if (found[key] === undefined || found[key] === null) {
      throw new ApiError(400, `Cannot read the request: "${inside}${key}" is missing`);
    }
  }
  return found;
}

function readText(shape: TextShape, value: unknown, name: string): string {
  const isRight =
    typeof value === "string" &&
    value.length >= shape.min &&
    value.length <= shape.max &&
    (shape.values?.includes(value) ?? true) &&
    (shape.pattern?.test(value) ?? true);
  return isRight ? value : refuse(shape, value, name);
}

function readInteger(shape: IntegerShape, value: unknown, name: string): number {
  const isNumeral = typeof value === "string" && /^\s*[+-]?\d+\s*$/u.test(value);
  const number = typeof value === "number" ? value : isNumeral ? Number(value) : Number.NaN;
  const isRight =
    Number.isSafeInteger(number) &&
    number >= shape.min &&
    number <= shape.max &&
    (shape.values?.includes(number) ?? true);
  return isRight ? number : refuse(shape, value, name);
}

function readFlag(shape: Shape, value: unknown, name: string): boolean {
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  // Forms and query strings have no other way to write it.
  if (word === "true" || word === "false") return word === "true";
  return refuse(shape, value, name);
}

function readEither(shapes: readonly Shape[], value: unknown, name: string): unknown {
  for (const shape of shapes) {
    try {
      return readShape(shape, value, name);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return refuse({ kind: "either", shapes }, value, name);
}

function refuse(shape: Shape, value: unknown, name: string): never {
  const quoted = hidesSecret(shape) ? "" : ` ${quote(value)}`;
  const what = name === "the body" ? name : `"${name}"`;
  throw new ApiError(400, `Cannot read ${what}${quoted}: expected ${describe(shape)}`);
}

function hidesSecret(shape: Shape): boolean {
  switch (shape.kind) {
    case "text":
      return shape.isSecret;
    case "list":
    case "map":
      return hidesSecret(shape.of);
    case "object":
      return true;
    case "either":
      return shape.shapes.some(hidesSecret);
    default:
      return false;
  }
}

function quote(value: unknown): string {
  const written = JSON.stringify(value) ?? "nothing";
  // Half of a surrogate pair at the cut would be no text at all.
  return written.length <= 80 ? written : `${written.slice(0, 76).replace(/\p{Cs}$/u, "")}…`;
}

/** The shape in words. */
export function describe(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return describeText(shape);
    case "integer":
      return describeInteger(shape);
    case "flag":
      return "true or false";
    case "instant":
      return "an instant such as 2026-01-31T00:00:00Z";
    case "list":
      return `a list, each of it ${describe(shape.of)}`;
    case "map":
    case "object":
      return "an object";
    case "either":
      return shape.shapes.map(describe).join(", or ");
    case "anything":
      return "anything";
  }
}

function describeText(shape: TextShape): string {
  if (shape.values !== null) return `one of ${shape.values.join(", ")}`;
  if (shape.like !== null) return shape.like;
  if (shape.max < MAX_TEXT) return `text of ${shape.min} to ${shape.max} letters`;
  return shape.min > 0 ? "text that is not empty" : "text";
}

function describeInteger(shape: IntegerShape): string {
  if (shape.values !== null) return `one of ${shape.values.join(", ")}`;
  if (shape.max === MAX_ID && shape.min === -MAX_ID) return "a whole number";
  if (shape.max === MAX_ID) return `a whole number from ${shape.min}`;
  return `a whole number from ${shape.min} to ${shape.max}`;
}
