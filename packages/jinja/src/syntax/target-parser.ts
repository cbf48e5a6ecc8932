import type { Target } from "./ast.ts";
import { parseName } from "./parameter-parser.ts";
import { expectToken, isNext, peek, skip, type TokenStream, take } from "./token-stream.ts";

type TargetOptions = { readonly withNamespace?: boolean; readonly endsAt?: string };

/** Reads what an assignment or loop assigns to: a name, names separated by commas, or `namespace.name`. */
export function parseTarget(stream: TokenStream, options: TargetOptions = {}): Target {
  const at = peek(stream).offset;
  const items: Target[] = [];
  let isTuple = false;
  while (!isTargetEnd(stream, options)) {
    items.push(parseOne(stream, options));
    if (!skip(stream, "operator", ",")) break;
    isTuple = true;
  }
  const [only] = items;
  if (only !== undefined && !isTuple) return only;
  if (items.length === 0) parseName(stream);
  return { kind: "tuple", items, at };
}

function isTargetEnd(stream: TokenStream, options: TargetOptions): boolean {
  if (isNext(stream, "operator", ")") || isNext(stream, "operator", "=")) return true;
  return options.endsAt !== undefined && isNext(stream, "name", options.endsAt);
}

function parseOne(stream: TokenStream, options: TargetOptions): Target {
  const at = peek(stream).offset;
  if (isNext(stream, "operator", "(")) {
    take(stream);
    const inner = parseTarget(stream, options);
    expectToken(stream, "operator", ")");
    return inner;
  }
  const name = parseName(stream);
  if (options.withNamespace !== true || !skip(stream, "operator", ".")) {
    return { kind: "name", name, at };
  }
  return { kind: "namespace", name, attribute: expectToken(stream, "name").text, at };
}
