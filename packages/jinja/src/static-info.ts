import { getLocation, type SourceFile } from "./source-file.ts";
import type { CallNode, Expression, MacroNode, TemplateNode } from "./syntax/ast.ts";
import type { BlockDefinition, CallSite, StaticArgument } from "./template.ts";
import { makeFloat } from "./values/numeric.ts";
import { PyDict, PyTuple, type Value } from "./values/value.ts";

/** The named blocks at the top level of a template. */
export function definitionsOf(node: TemplateNode, source: SourceFile): readonly BlockDefinition[] {
  return node.body.flatMap((part) => (part.kind === "macro" ? [definitionOf(part, source)] : []));
}

function definitionOf(node: MacroNode, source: SourceFile): BlockDefinition {
  return {
    kind: node.blockKind,
    name: node.name,
    macroName: node.macroName,
    parameters: node.parameters.map(({ name, fallbackSpan }) => ({
      name,
      defaultSource: fallbackSpan === undefined ? undefined : source.text.slice(...fallbackSpan),
    })),
    adapter: node.adapter,
    supportedLanguages: node.supportedLanguages,
    source: source.text.slice(node.at, node.end),
    body: source.text.slice(node.bodyStart, node.bodyEnd),
    offset: node.at,
    bodyOffset: node.bodyStart,
    line: getLocation(source, node.at).line,
    bodyLine: getLocation(source, node.bodyStart).line,
  };
}

/** The calls of a template as far as they are known without rendering. */
export function callSitesOf(node: TemplateNode, source: SourceFile): readonly CallSite[] {
  return node.calls.map((call) => callSiteOf(call, node, source));
}

function callSiteOf(
  { call, name, block }: CallNode,
  node: TemplateNode,
  source: SourceFile,
): CallSite {
  const { passed } = call;
  const argument = (value: Expression): StaticArgument => {
    const literal = findConstant(value);
    if (literal !== undefined) return { literal };
    const [from, to] = node.spans.get(value) ?? [value.at, value.at];
    return { source: source.text.slice(from, to) };
  };
  const args = passed.args.map(argument);
  const kwargs = Object.fromEntries(
    passed.kwargs.map((pair) => [pair.name, argument(pair.value)] as const),
  );
  const isPlain = passed.star === undefined && passed.doubleStar === undefined;
  const isLiteral = isPlain && [...args, ...Object.values(kwargs)].every((arg) => "literal" in arg);
  return { name, args, kwargs, isLiteral, block, offset: call.at, ...getLocation(source, call.at) };
}

/** The value of an expression that is spelled out; `undefined` when it has to be computed. */
export function findConstant(node: Expression): Value | undefined {
  switch (node.kind) {
    case "constant":
      return node.value;
    case "float":
      return makeFloat(node.value);
    case "negative": {
      const value = findConstant(node.operand);
      return typeof value === "number" ? -value : undefined;
    }
    case "list":
      return findConstants(node.items);
    case "tuple": {
      const items = findConstants(node.items);
      return items === undefined ? undefined : new PyTuple(items);
    }
    case "dict":
      return findConstantDict(node.entries);
    default:
      return undefined;
  }
}

function findConstants(nodes: readonly Expression[]): Value[] | undefined {
  const values: Value[] = [];
  for (const node of nodes) {
    const value = findConstant(node);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function findConstantDict(
  entries: readonly { readonly key: Expression; readonly value: Expression }[],
): PyDict | undefined {
  const keys = findConstants(entries.map(({ key }) => key));
  const values = findConstants(entries.map(({ value }) => value));
  if (keys === undefined || values === undefined) return undefined;
  if (keys.some((key) => Array.isArray(key) || key instanceof PyDict)) return undefined;
  return new PyDict(keys.map((key, at) => [key, values[at] ?? null] as const));
}
