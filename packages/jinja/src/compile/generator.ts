import type { Filter, Test } from "../environment-options.ts";
import type { SourceFile } from "../source-file.ts";
import type { Statement, Target } from "../syntax/ast.ts";

/** Which JavaScript a template becomes. */
export type Mode = {
  /** Calls may answer promises, which are awaited. */
  readonly isAsync: boolean;
  /** Output is collected as values instead of text. */
  readonly isNative: boolean;
  /** The top level notes which part of the template wrote which part of the output. */
  readonly isTraced: boolean;
};

/** What is shared by everything generated for one template. */
export type Generator = {
  readonly mode: Mode;
  readonly source: SourceFile;
  readonly dialect: "standard" | "dbt";
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  /** Names that are looked up in the scope, with the variable that keeps what was found. */
  readonly rootNames: Map<string, string>;
  /** Filters and tests that the code uses, by position. */
  readonly used: (Filter | Test)[];
  /** Code of the functions of `{% block %}`s, by name. */
  readonly blocks: Map<string, string>;
  /** Code that makes the macros of the top level, by position in the source. */
  readonly macros: Map<number, string>;
  lastId: number;
};

/** The JavaScript function that code is being generated for. */
export type FunctionContext = {
  /** Temporary variables to declare at its top. */
  readonly temporaries: string[];
  /** `return(x)` as a statement may leave this function directly. */
  readonly isMacro: boolean;
  /** The value that a filter block's chain starts from. */
  readonly hole: string | undefined;
  /** Unknown filters and tests fail only when they are reached. */
  readonly isConditional: boolean;
  /** Code of the top level of a template that may extend another: once it does, it prints nothing itself. */
  readonly isExtending: boolean;
  /** What is printed here lands in the output of the top level at once, which notes where it came from. */
  readonly isTraced: boolean;
};

/** The names that are assigned in a part of a template; an undefined frame is the top level. */
export type Frame = {
  readonly parent: Frame | undefined;
  readonly variables: Map<string, string>;
  /** The frame around an inheritance block: a scoped one may be handed names at run time, in `Z`. */
  readonly isBlock?: boolean;
};

/** A fresh JavaScript variable name. Template text never becomes part of it. */
export function freshName(generator: Generator, prefix: string): string {
  generator.lastId += 1;
  return `${prefix}${generator.lastId}`;
}

/** A fresh variable that lives as long as the function. */
export function freshTemporary(generator: Generator, context: FunctionContext): string {
  const name = freshName(generator, "t");
  context.temporaries.push(name);
  return name;
}

function rootVariable(generator: Generator, name: string): string {
  const known = generator.rootNames.get(name);
  if (known !== undefined) return known;
  const variable = freshName(generator, "g");
  generator.rootNames.set(name, variable);
  return variable;
}

function findLocal(frame: Frame | undefined, name: string): string | undefined {
  for (let current = frame; current !== undefined; current = current.parent) {
    const variable = current.variables.get(name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}

/** Says whether a name is a local variable here. */
export function isLocal(frame: Frame | undefined, name: string): boolean {
  return findLocal(frame, name) !== undefined;
}

/** The code that reads a name. */
export function readName(generator: Generator, frame: Frame | undefined, name: string): string {
  const local = findLocal(frame, name);
  if (local !== undefined) return local;
  const variable = rootVariable(generator, name);
  const root = `(${variable}===undefined?${variable}=C.resolve(${quote(name)}):${variable})`;
  return isInBlock(frame) ? `(Z?.has(${quote(name)})?Z.get(${quote(name)}):${root})` : root;
}

function isInBlock(frame: Frame | undefined): boolean {
  for (let current = frame; current !== undefined; current = current.parent) {
    if (current.isBlock === true) return true;
  }
  return false;
}

/** The code left of `=` that assigns a name. */
export function writeName(generator: Generator, frame: Frame | undefined, name: string): string {
  return findLocal(frame, name) ?? rootVariable(generator, name);
}

/** Declares the names that a nested part assigns; they begin with the values outside. */
export function openFrame(
  generator: Generator,
  parent: Frame | undefined,
  names: Iterable<string>,
): { readonly frame: Frame; readonly code: string } {
  const frame: Frame = { parent, variables: new Map() };
  const code = declareNames(generator, frame, names);
  return { frame, code };
}

/** Declares further names in a frame. */
export function declareNames(generator: Generator, frame: Frame, names: Iterable<string>): string {
  let code = "";
  for (const name of names) {
    if (frame.variables.has(name)) continue;
    const outer = readName(generator, frame.parent, name);
    const variable = freshName(generator, "v");
    frame.variables.set(name, variable);
    code += `let ${variable}=${outer};`;
  }
  return code;
}

/** Declares a name without a value. */
export function declareEmpty(generator: Generator, frame: Frame, name: string): string {
  const variable = freshName(generator, "v");
  frame.variables.set(name, variable);
  return variable;
}

/** A JavaScript literal of a text. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** The names in a target of an assignment. */
export function targetNames(target: Target): readonly string[] {
  switch (target.kind) {
    case "name":
      return [target.name];
    case "namespace":
      return [];
    case "tuple":
      return target.items.flatMap(targetNames);
  }
}

/** The names that statements assign in their own frame, not in nested ones. */
export function assignedNames(body: readonly Statement[]): ReadonlySet<string> {
  return new Set(body.flatMap(namesOf));
}

function namesOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case "set":
    case "setBlock":
      return targetNames(statement.target);
    case "macro":
      return [statement.macroName];
    case "import":
      return [statement.target];
    case "fromImport":
      return statement.names.map(({ alias }) => alias);
    case "if":
      return [
        ...statement.branches.flatMap((branch) => branch.body.flatMap(namesOf)),
        ...statement.otherwise.flatMap(namesOf),
      ];
    default:
      return [];
  }
}

/** The code that waits for what may be a promise, in async mode. */
export function awaited(generator: Generator, code: string): string {
  return generator.mode.isAsync
    ? `((T=${code}) instanceof Promise?await T:T)`
    : `R.settled(${code})`;
}

/** The code that adds a value to the output. */
export function output(generator: Generator, code: string): string {
  return generator.mode.isNative ? `o.push(${code});` : `o+=R.str(${code});`;
}

/** The code that adds a text known beforehand to the output. */
export function outputText(generator: Generator, text: string): string {
  return generator.mode.isNative ? `o.push(${quote(text)});` : `o+=${quote(text)};`;
}

/** The code of an empty output. */
export function emptyOutput(generator: Generator): string {
  return generator.mode.isNative ? "[]" : '""';
}

/** The code of the value of a finished output. */
export function finishedOutput(generator: Generator, code = "o"): string {
  return generator.mode.isNative ? `R.native(C,${code})` : code;
}

/** A JavaScript function whose errors name the template and the place in it. */
export function functionCode(
  generator: Generator,
  options: {
    readonly name: string;
    readonly parameters: string;
    readonly body: string;
    readonly context: FunctionContext;
  },
): string {
  const temporaries = ["L=0", "T", `o=${emptyOutput(generator)}`, ...options.context.temporaries];
  const keyword = generator.mode.isAsync ? "async function" : "function";
  return (
    `${keyword}(${options.parameters}){let ${temporaries.join(",")};` +
    `try{${options.body}}catch(e){throw R.fail(e,S,L,${quote(options.name)})}}`
  );
}

/** A context for a new function. */
export function newContext(isMacro: boolean): FunctionContext {
  return {
    temporaries: [],
    isMacro,
    hole: undefined,
    isConditional: false,
    isExtending: false,
    isTraced: false,
  };
}
