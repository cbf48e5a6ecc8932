import type { ForNode, Statement, Target } from "../syntax/ast.ts";
import { conditionCode, expressionCode, type Place } from "./expressions.ts";
import {
  assignedNames,
  awaited,
  declareEmpty,
  declareNames,
  type Frame,
  freshName,
  functionCode,
  newContext,
  openFrame,
  output,
  targetNames,
} from "./generator.ts";

type Emitters = {
  readonly bodyCode: (place: Place, body: readonly Statement[]) => string;
  readonly assignmentCode: (place: Place, target: Target, code: string) => string;
};

/** The JavaScript of a `for` loop. */
export function loopCode(place: Place, node: ForNode, emit: Emitters): string {
  const { generator } = place;
  const iterable = `${expressionCode(place, node.iterable)},L=${node.iterable.at}`;
  if (!node.isRecursive) {
    return `{${walkCode(place, node, emit, { items: `R.iterate(${iterable})`, recursion: "" })}}`;
  }
  const context = newContext(false);
  const recursion = freshName(generator, "f");
  const items = freshName(generator, "p");
  const depth = freshName(generator, "d");
  const body = walkCode({ ...place, context }, node, emit, {
    items: `R.iterate(${items})`,
    recursion: `,${depth},${recursion}`,
  });
  const code = functionCode(generator, {
    name: "recursive loop",
    parameters: `${items},${depth}`,
    body: `${body}return ${generator.mode.isNative ? "R.native(C,o)" : "o"};`,
    context,
  });
  const first = awaited(generator, `${recursion}(${expressionCode(place, node.iterable)},0)`);
  return `{const ${recursion}=${code};${output(generator, first)}}`;
}

/** The JavaScript that walks over items; `recursion` is what the loop object needs besides them. */
function walkCode(
  place: Place,
  node: ForNode,
  emit: Emitters,
  source: { readonly items: string; readonly recursion: string },
): string {
  const { generator } = place;
  const items = freshName(generator, "i");
  const at = freshName(generator, "n");
  const frame: Frame = { parent: place.frame, variables: new Map() };
  const inner: Place = { ...place, frame };
  const loop = declareEmpty(generator, frame, "loop");
  const targets = targetNames(node.target).map(
    (name) => `let ${declareEmpty(generator, frame, name)};`,
  );
  const assigned = emit.assignmentCode(inner, node.target, `${items}[${at}]`);
  const declared = declareNames(generator, frame, assignedNames(node.body));
  const body = `${targets.join("")}${assigned}${declared}${emit.bodyCode(inner, node.body)}`;
  const usesLoop = new RegExp(`\\b${loop}\\b`, "u").test(body);
  const loopDeclared = usesLoop
    ? `const ${loop}=R.loop(C,${items}${source.recursion === "" ? ",0" : source.recursion});`
    : "";
  const moved = usesLoop ? `${loop}.index=${at};` : "";
  const walk = `for(let ${at}=0;${at}<${items}.length;${at}++){C.budget.step(o.length);${moved}${body}}`;
  const kept = keptItems(place, node, emit, source.items);
  return `${kept.prelude}const ${items}=${kept.items};${loopDeclared}${walk}${otherwiseCode(place, node, emit, items)}`;
}

function otherwiseCode(place: Place, node: ForNode, emit: Emitters, items: string): string {
  if (node.otherwise.length === 0) return "";
  const { frame, code } = openFrame(place.generator, place.frame, assignedNames(node.otherwise));
  const body = emit.bodyCode({ ...place, frame }, node.otherwise);
  return `if(${items}.length===0){${code}${body}}`;
}

/** The items that pass the loop's own `if`. */
function keptItems(
  place: Place,
  node: ForNode,
  emit: Emitters,
  items: string,
): { readonly items: string; readonly prelude: string } {
  if (node.condition === undefined) return { items, prelude: "" };
  const { generator } = place;
  const item = freshName(generator, "e");
  const frame: Frame = { parent: place.frame, variables: new Map() };
  const inner: Place = { ...place, frame };
  const targets = targetNames(node.target).map(
    (name) => `let ${declareEmpty(generator, frame, name)};`,
  );
  const assigned = emit.assignmentCode(inner, node.target, item);
  const condition = conditionCode(inner, node.condition);
  const kept = freshName(generator, "q");
  return {
    items: kept,
    prelude:
      `const ${kept}=[];for(const ${item} of ${items}){C.budget.step(0);${targets.join("")}` +
      `${assigned}if(${condition})${kept}.push(${item});}`,
  };
}
