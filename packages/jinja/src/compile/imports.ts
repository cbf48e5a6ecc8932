import type { BlockNode, Statement } from "../syntax/ast.ts";
import { expressionCode, type Place } from "./expressions.ts";
import {
  assignedNames,
  awaited,
  declareEmpty,
  declareNames,
  type Frame,
  functionCode,
  newContext,
  output,
  quote,
  writeName,
} from "./generator.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;

/** The JavaScript of a `{% block %}`: its body becomes a function that a child template may replace. */
export function blockCode(
  place: Place,
  node: BlockNode,
  bodyCode: (place: Place, body: readonly Statement[]) => string,
): string {
  const { generator } = place;
  const frame: Frame = {
    parent: { parent: undefined, variables: new Map(), isBlock: true },
    variables: new Map(),
  };
  const context = newContext(false);
  const above = declareEmpty(generator, frame, "super");
  const declared = declareNames(generator, frame, assignedNames(node.body));
  const body = bodyCode({ generator, frame, context }, node.body);
  const name = quote(node.name);
  const required = node.isRequired
    ? `throw R.error("Required block '${node.name}' not found");`
    : "";
  const code = functionCode(generator, {
    name: `block '${node.name}'`,
    parameters: "Z",
    body: `${required}const ${above}=R.above(C,${name},B[${name}]);${declared}${body}return ${generator.mode.isNative ? "R.native(C,o)" : "o"};`,
    context,
  });
  generator.blocks.set(node.name, code);
  const names = node.isScoped ? visibleNames(place) : "undefined";
  return output(generator, awaited(generator, `R.block(C,${name},${names},L=${node.at})`));
}

/** The JavaScript of the names that a nested template can see: a map of those that have a value. */
function visibleNames(place: Place): string {
  const names = new Map<string, string>();
  for (let frame = place.frame; frame !== undefined; frame = frame.parent) {
    for (const [name, variable] of frame.variables) {
      if (!names.has(name)) names.set(name, variable);
    }
  }
  for (const [name, variable] of place.generator.rootNames) {
    if (!names.has(name)) names.set(name, variable);
  }
  return `R.names([${[...names].map(([name, variable]) => `[${quote(name)},${variable}]`).join(",")}])`;
}

/** The JavaScript of `{% extends %}`: what was printed before it stays, the parent prints the rest. */
export function extendsCode(place: Place, node: Of<"extends">): string {
  return `P=R.parent(C,P,${expressionCode(place, node.template)},L=${node.at});E=o;`;
}

/** The JavaScript of `{% include %}`. */
export function includeCode(place: Place, node: Of<"include">): string {
  const names = node.withContext ? visibleNames(place) : "undefined";
  const call = `R.include(C,${expressionCode(place, node.template)},${node.ignoreMissing},${names},L=${node.at})`;
  return output(place.generator, awaited(place.generator, call));
}

function moduleCode(place: Place, node: Of<"import" | "fromImport">): string {
  const names = node.withContext ? visibleNames(place) : "undefined";
  const call = `R.module(C,${expressionCode(place, node.template)},${names},L=${node.at})`;
  return awaited(place.generator, call);
}

/** The JavaScript of `{% import %}`. */
export function importCode(place: Place, node: Of<"import">): string {
  return `${writeName(place.generator, place.frame, node.target)}=${moduleCode(place, node)};`;
}

/** The JavaScript of `{% from … import … %}`. */
export function fromImportCode(place: Place, node: Of<"fromImport">): string {
  const assigned = node.names.map(
    ({ name, alias }) =>
      `${writeName(place.generator, place.frame, alias)}=R.imported(C,M,${quote(name)});`,
  );
  return `{const M=${moduleCode(place, node)};${assigned.join("")}}`;
}
