import { findConstant } from "../static-info.ts";
import type { Expression, MacroNode, Statement, Target } from "../syntax/ast.ts";
import { callCode, conditionCode, expressionCode, type Place } from "./expressions.ts";
import {
  assignedNames,
  declareEmpty,
  declareNames,
  emptyOutput,
  finishedOutput,
  freshName,
  isLocal,
  openFrame,
  output,
  outputText,
  quote,
  readName,
  targetNames,
  writeName,
} from "./generator.ts";
import { blockCode, extendsCode, fromImportCode, importCode, includeCode } from "./imports.ts";
import { loopCode } from "./loops.ts";
import { macroCode } from "./macros.ts";

/** The JavaScript of statements in one frame. */
export function bodyCode(place: Place, body: readonly Statement[]): string {
  return body.map((statement) => statementCode(place, statement)).join("");
}

type Of<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;

const PRINTING: ReadonlySet<Statement["kind"]> = new Set(["print", "block", "include"]);
/** What writes text that does not stand in the template as it is written. */
const WRITING: ReadonlySet<Statement["kind"]> = new Set([...PRINTING, "filterBlock", "callBlock"]);

/** The JavaScript that notes where the output of a statement begins, and what of the template writes it. */
function traceCode(place: Place, node: Statement): string {
  if (!place.context.isTraced) return "";
  if (node.kind === "text") return `C.trace.note(o.length,${node.at},true);`;
  const isWhole = WRITING.has(node.kind) || (node.kind === "for" && node.isRecursive);
  return isWhole ? `C.trace.note(o.length,${node.at},false);` : "";
}

function statementCode(place: Place, node: Statement): string {
  const code = traceCode(place, node) + plainCode(place, node);
  const isSkipped = place.context.isExtending && PRINTING.has(node.kind);
  return isSkipped ? `if(P===undefined){${code}}` : code;
}

function plainCode(place: Place, node: Statement): string {
  switch (node.kind) {
    case "text":
      return outputText(place.generator, node.text);
    case "print":
      return returnCode(place, node.expression) ?? printCode(place, node);
    case "do":
      return returnCode(place, node.expression) ?? `${expressionCode(place, node.expression)};`;
    case "if":
      return ifCode(place, node);
    case "set":
      return assignmentCode(place, node.target, expressionCode(place, node.value));
    case "setBlock":
      return capturedCode(place, node.body, (text) =>
        assignmentCode(place, node.target, filteredCode(place, node.filter, text)),
      );
    case "filterBlock":
      return capturedCode(place, node.body, (text) =>
        output(place.generator, filteredCode(place, node.filter, text)),
      );
    case "with":
      return withCode(place, node);
    case "macro":
      return macroStatementCode(place, node);
    case "callBlock":
      return callBlockCode(place, node);
    case "for":
      return loopCode(place, node, { bodyCode, assignmentCode });
    case "break":
      return "break;";
    case "continue":
      return "continue;";
    case "block":
      return blockCode(place, node, bodyCode);
    case "extends":
      return extendsCode(place, node);
    case "include":
      return includeCode(place, node);
    case "import":
      return importCode(place, node);
    case "fromImport":
      return fromImportCode(place, node);
  }
}

function macroStatementCode(place: Place, node: MacroNode): string {
  const code = macroCode(place, node, bodyCode);
  const target = writeName(place.generator, place.frame, node.macroName);
  if (place.frame !== undefined) return `${target}=${code};`;
  place.generator.macros.set(node.at, code);
  return `${target}=M${node.at}();`;
}

function printCode(place: Place, node: Of<"print">): string {
  const { expression } = node;
  if (expression.kind === "constant" && typeof expression.value === "string") {
    return outputText(place.generator, expression.value);
  }
  // As in Jinja, what is constant is printed while the template is compiled, which makes a text of it.
  const { mode, dialect } = place.generator;
  if (mode.isNative && dialect === "dbt" && findConstant(expression) !== undefined) {
    return output(place.generator, `R.str(${expressionCode(place, expression)})`);
  }
  // The place is noted again: printing itself may fail, after the expression has been computed.
  const code = expressionCode(place, expression);
  return output(
    place.generator,
    expression.kind === "name" ? `(L=${expression.at},${code})` : code,
  );
}

/** dbt's `return(x)` as a whole statement leaves the macro by a plain JavaScript return. */
function returnCode(place: Place, node: Expression): string | undefined {
  if (place.generator.dialect !== "dbt" || !place.context.isMacro) return undefined;
  if (node.kind !== "call" || node.callee.kind !== "name" || node.callee.name !== "return") {
    return undefined;
  }
  const { args, kwargs, star, doubleStar } = node.passed;
  const isPlain = args.length <= 1 && kwargs.length === 0 && !star && !doubleStar;
  if (!isPlain || isLocal(place.frame, "return")) return undefined;
  const [value] = args;
  return `return ${value === undefined ? "null" : expressionCode(place, value)};`;
}

function ifCode(place: Place, node: Of<"if">): string {
  const inner: Place = { ...place, context: { ...place.context, isConditional: true } };
  const branches = node.branches.map(
    ({ condition, body }) => `if(${conditionCode(place, condition)}){${bodyCode(inner, body)}}`,
  );
  const otherwise = node.otherwise.length === 0 ? "" : `else{${bodyCode(inner, node.otherwise)}}`;
  return branches.join("else ") + otherwise;
}

/** The JavaScript that assigns the value of `code` to a target. */
function assignmentCode(place: Place, target: Target, code: string): string {
  switch (target.kind) {
    case "name":
      return `${writeName(place.generator, place.frame, target.name)}=${code};`;
    case "namespace": {
      const object = readName(place.generator, place.frame, target.name);
      return `R.setAttribute(${object},${quote(target.attribute)},${code},L=${target.at});`;
    }
    case "tuple": {
      const unpacked = freshName(place.generator, "u");
      const parts = target.items.map((item, at) =>
        assignmentCode(place, item, `${unpacked}[${at}]`),
      );
      return `{const ${unpacked}=R.unpack(${code},${target.items.length},L=${target.at});${parts.join("")}}`;
    }
  }
}

/** Runs a body in a frame of its own and hands its text to `use` instead of printing it. */
function capturedCode(
  place: Place,
  body: readonly Statement[],
  use: (text: string) => string,
): string {
  const { generator } = place;
  const kept = freshName(generator, "k");
  const text = freshName(generator, "x");
  const { frame, code } = openFrame(generator, place.frame, assignedNames(body));
  const context = { ...place.context, isTraced: false };
  const inner = code + bodyCode({ ...place, frame, context }, body);
  return (
    `let ${kept}=o,${text};o=${emptyOutput(generator)};{${inner}}` +
    `${text}=${finishedOutput(generator)};o=${kept};${use(text)}`
  );
}

function filteredCode(place: Place, filter: Expression | undefined, text: string): string {
  if (filter === undefined) return text;
  return expressionCode({ ...place, context: { ...place.context, hole: text } }, filter);
}

function withCode(place: Place, node: Of<"with">): string {
  const { generator } = place;
  const { frame } = openFrame(generator, place.frame, []);
  const inner: Place = { ...place, frame };
  // Values are computed outside, before any of the names is assigned.
  const values = node.bindings.map(({ value }) => expressionCode(place, value));
  const kept = values.map(() => freshName(generator, "w"));
  const computed = values.map((value, at) => `const ${kept[at]}=${value};`).join("");
  const names = node.bindings.flatMap(({ target }) => targetNames(target));
  const declared = names.map((name) => `let ${declareEmpty(generator, frame, name)};`).join("");
  const assigned = node.bindings
    .map(({ target }, at) => assignmentCode(inner, target, kept[at] ?? "null"))
    .join("");
  const further = declareNames(generator, frame, assignedNames(node.body));
  return `{${computed}${declared}${assigned}${further}${bodyCode(inner, node.body)}}`;
}

function callBlockCode(place: Place, node: Of<"callBlock">): string {
  const caller = macroCode(place, { ...node, name: "caller", isCaller: true }, bodyCode);
  return output(place.generator, callCode(place, node.call, caller));
}
