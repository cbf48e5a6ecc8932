import type { Statement } from "./ast.ts";
import { parseExpression } from "./expression-parser.ts";
import { parseName } from "./parameter-parser.ts";
import { expectToken, fail, isNext, skip, type TokenStream, take } from "./token-stream.ts";

/** `{% extends "base" %}`. */
export function parseExtends(stream: TokenStream, at: number): Statement {
  return { kind: "extends", template: parseExpression(stream), at };
}

/** `{% include "part" ignore missing without context %}`. */
export function parseInclude(stream: TokenStream, at: number): Statement {
  const template = parseExpression(stream);
  const ignoreMissing = isNext(stream, "name", "ignore") && isNext(stream, "name", "missing", 1);
  if (ignoreMissing) stream.at += 2;
  return { kind: "include", template, ignoreMissing, withContext: parseContext(stream, true), at };
}

/** `{% import "macros" as m %}`. */
export function parseImport(stream: TokenStream, at: number): Statement {
  const template = parseExpression(stream);
  expectToken(stream, "name", "as");
  const target = parseName(stream);
  return { kind: "import", template, target, withContext: parseContext(stream, false), at };
}

/** `{% from "macros" import a, b as c %}`. */
export function parseFromImport(stream: TokenStream, at: number): Statement {
  const template = parseExpression(stream);
  expectToken(stream, "name", "import");
  const names: { name: string; alias: string }[] = [];
  do {
    if (isContextNext(stream)) break;
    const name = parseName(stream);
    if (name.startsWith("_")) fail(stream, "names starting with an underline can not be imported");
    names.push({ name, alias: skip(stream, "name", "as") ? parseName(stream) : name });
  } while (skip(stream, "operator", ","));
  return { kind: "fromImport", template, names, withContext: parseContext(stream, false), at };
}

function isContextNext(stream: TokenStream): boolean {
  const isWord = isNext(stream, "name", "with") || isNext(stream, "name", "without");
  return isWord && isNext(stream, "name", "context", 1);
}

function parseContext(stream: TokenStream, fallback: boolean): boolean {
  if (!isContextNext(stream)) return fallback;
  const withContext = take(stream).text === "with";
  take(stream);
  return withContext;
}
