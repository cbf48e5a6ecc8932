import type { Filter, Test } from "../environment-options.ts";
import type { BoundTemplate } from "../runtime/bound-template.ts";
import type { Evaluation } from "../runtime/evaluation.ts";
import * as runtime from "../runtime/generated-code-runtime.ts";
import type { SourceFile } from "../source-file.ts";
import type { TemplateNode } from "../syntax/ast.ts";
import {
  assignedNames,
  awaited,
  functionCode,
  type Generator,
  type Mode,
  newContext,
  quote,
} from "./generator.ts";
import { bodyCode } from "./statements.ts";

type CompileInput = {
  readonly mode: Mode;
  readonly source: SourceFile;
  readonly dialect: "standard" | "dbt";
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
};

/** Binds a compiled template to what it is rendered with. Every binding has its own top-level names. */
export type BindTemplate = (evaluation: Evaluation) => BoundTemplate;

/** Turns a parsed template into a JavaScript function. */
export function compileTemplate(node: TemplateNode, input: CompileInput): BindTemplate {
  const generator: Generator = {
    ...input,
    rootNames: new Map(),
    used: [],
    blocks: new Map(),
    macros: new Map(),
    lastId: 0,
  };
  const code = templateCode(generator, node);
  return evaluateCode(code, generator.used, input.source);
}

function templateCode(generator: Generator, node: TemplateNode): string {
  const isExtending = node.body.some((part) => part.kind === "extends" || part.kind === "if");
  const context = { ...newContext(false), isExtending, isTraced: generator.mode.isTraced };
  const body = bodyCode({ generator, frame: undefined, context }, node.body);
  context.temporaries.push("P", "E");
  const inherited = awaited(generator, "R.inherit(C,P,X())");
  const finished = generator.mode.isNative ? "R.native(C,o)" : "R.finish(C,o)";
  const extended = generator.mode.isNative ? `R.native(C,[...E,${inherited}])` : `E+${inherited}`;
  const render = functionCode(generator, {
    name: "top level",
    parameters: "",
    body: `R.register(C,B);${body}return P===undefined?${finished}:${extended};`,
    context,
  });
  const exported = [...assignedNames(node.body)]
    .filter((name) => !name.startsWith("_"))
    .map((name) => `[${quote(name)},${generator.rootNames.get(name)}]`);
  const macros = node.body.flatMap((part) =>
    part.kind === "macro" ? [`${quote(part.macroName)}:M${part.at}`] : [],
  );
  return [
    declarations(generator),
    `const X=()=>[${exported.join(",")}];`,
    `return{render:${render},exports:X,macros:new Map(Object.entries({${macros.join(",")}}))};`,
  ].join("");
}

function declarations(generator: Generator): string {
  const blocks = [...generator.blocks].map(([name, code]) => `B[${quote(name)}]=${code};`);
  const macros = [...generator.macros].map(([at, code]) => `const M${at}=()=>${code};`);
  // Last, because the code above may still have met new names.
  const names = [...generator.rootNames.values()];
  const roots = names.length === 0 ? "" : `let ${names.join(",")};`;
  return `${roots}const B=Object.create(null);${blocks.join("")}${macros.join("")}`;
}

/** The one place where text becomes code. */
function evaluateCode(
  code: string,
  used: readonly (Filter | Test)[],
  source: SourceFile,
): BindTemplate {
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- all of it is generated: names of templates become numbered variables and their texts JSON literals, so nothing a template says is read as JavaScript
  const link = new Function("R", "D", "S", `"use strict";return function(C){${code}}`);
  return link(runtime, used, source);
}
