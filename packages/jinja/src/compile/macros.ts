import type { ParameterNode, Statement } from "../syntax/ast.ts";
import { expressionCode, type Place } from "./expressions.ts";
import {
  assignedNames,
  declareEmpty,
  declareNames,
  type Frame,
  finishedOutput,
  functionCode,
  type Generator,
  newContext,
  quote,
} from "./generator.ts";

type MacroSource = {
  readonly name: string;
  readonly parameters: readonly ParameterNode[];
  readonly body: readonly Statement[];
  readonly isCaller?: boolean;
};

type BodyCode = (place: Place, body: readonly Statement[]) => string;

const EXTRAS = ["caller", "varargs", "kwargs"] as const;

/** The JavaScript that makes a macro's callable. */
export function macroCode(place: Place, macro: MacroSource, bodyCode: BodyCode): string {
  const { generator } = place;
  const isCaller = macro.isCaller ?? false;
  const frame: Frame = { parent: place.frame, variables: new Map() };
  const context = newContext(!isCaller);
  const inner: Place = { generator, frame, context };
  const names = macro.parameters.map(({ name }) => name);
  const variables = names.map((name) => declareEmpty(generator, frame, name));
  const extras = EXTRAS.filter((name) => !names.includes(name)).map(
    (name) => [name, declareEmpty(generator, frame, name)] as const,
  );
  const bound = macro.parameters.map((parameter, at) =>
    parameterCode(inner, parameter, variables[at] ?? "", at),
  );
  const declared = declareNames(generator, frame, assignedNames(macro.body));
  const body = declared + bodyCode(inner, macro.body);
  const all = bound.join("") + body;
  const used = extras.filter(([, variable]) => mentions(all, variable));
  const code = functionCode(generator, {
    name: isCaller ? "caller" : `macro '${macro.name}'`,
    parameters: "A,X",
    body: `${used.map(extraCode).join("")}${all}return ${returned(generator)};`,
    context,
  });
  const uses = (name: string): boolean => used.some(([extra]) => extra === name);
  const shape = {
    name: macro.name,
    parameters: names,
    usesCaller: uses("caller") || names.includes("caller"),
    usesVarargs: uses("varargs"),
    usesKwargs: uses("kwargs"),
    isCaller,
  };
  return `R.macro(C,${quoteJson(shape)},${code})`;
}

function returned(generator: Generator): string {
  return generator.mode.isNative ? finishedOutput(generator) : "R.finish(C,o)";
}

function mentions(code: string, variable: string): boolean {
  return new RegExp(`\\b${variable}\\b`, "u").test(code);
}

function extraCode([name, variable]: readonly [string, string]): string {
  if (name !== "caller") return `let ${variable}=X.${name};`;
  return `let ${variable}=X.caller===undefined?C.missing("No caller defined"):X.caller;`;
}

function parameterCode(
  place: Place,
  parameter: ParameterNode,
  variable: string,
  at: number,
): string {
  const fallback =
    parameter.fallback === undefined
      ? `C.missing(${quote(`parameter '${parameter.name}' was not provided`)})`
      : expressionCode(place, parameter.fallback);
  return `let ${variable}=A[${at}];if(${variable}===undefined)${variable}=${fallback};`;
}

function quoteJson(shape: object): string {
  return JSON.stringify(shape).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
