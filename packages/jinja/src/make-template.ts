import { type BindTemplate, compileTemplate } from "./compile/compile-template.ts";
import type { Mode } from "./compile/generator.ts";
import type { Filter, Test } from "./environment-options.ts";
import { MacroReturn, PyError, syntaxError, withFrame } from "./errors.ts";
import type { BlockFunction } from "./runtime/bound-template.ts";
import { Budget, type Limits } from "./runtime/budget.ts";
import { type Evaluation, type LinkedTemplate, makeEvaluation } from "./runtime/evaluation.ts";
import type { Macro } from "./runtime/macro.ts";
import type { Scope } from "./runtime/scope.ts";
import { Trace } from "./runtime/trace.ts";
import type { SourceFile } from "./source-file.ts";
import { callSitesOf, definitionsOf } from "./static-info.ts";
import type { WhitespaceRules } from "./syntax/lexer.ts";
import { parseTemplate } from "./syntax/parser.ts";
import type { MacroOptions, RenderOptions, Template, TemplateModule } from "./template.ts";
import { str } from "./values/text.ts";
import { type Awaitable, PyDict, type UndefinedBehavior, type Value } from "./values/value.ts";

/** What all templates of an environment share. */
export type TemplateSettings = {
  readonly dialect: "standard" | "dbt";
  readonly rules: WhitespaceRules;
  readonly undefinedBehavior: UndefinedBehavior;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  readonly globalScope: Scope;
  readonly limits: Limits;
  readonly random: (() => number) | undefined;
  link(name: string, mode: Mode): LinkedTemplate | undefined;
};

type TracedOptions = RenderOptions & { readonly trace?: Trace };

const SYNC: Mode = { isAsync: false, isNative: false, isTraced: false };
const ASYNC: Mode = { isAsync: true, isNative: false, isTraced: false };
const TRACED: Mode = { isAsync: true, isNative: false, isTraced: true };
const NATIVE_SYNC: Mode = { isAsync: false, isNative: true, isTraced: false };
const NATIVE_ASYNC: Mode = { isAsync: true, isNative: true, isTraced: false };

/** Parses a template and makes it ready to render. Code for a mode is generated when it is first needed. */
export function makeTemplate(
  source: SourceFile,
  settings: TemplateSettings,
): { readonly template: Template; linkedAs(mode: Mode): LinkedTemplate } {
  const node = withinStack(source, () => parseTemplate(source, settings.rules, settings.dialect));
  const compiled = new Map<Mode, BindTemplate>();
  const binder = (mode: Mode): BindTemplate => {
    const known = compiled.get(mode);
    if (known !== undefined) return known;
    const fresh = withinStack(source, () => compileTemplate(node, { ...settings, mode, source }));
    compiled.set(mode, fresh);
    return fresh;
  };
  // Unknown filters and tests are found by generating code, and must fail here, not while rendering.
  binder(SYNC);
  const start = (mode: Mode, scope: Scope, options: TracedOptions) =>
    binder(mode)(evaluationOf(settings, mode, scope, options));
  const run = (mode: Mode, scope: Scope, options: TracedOptions = {}): Awaitable<Value> =>
    runOutside(source, () => start(mode, scope, options).render());
  const runModule = (mode: Mode, scope: Scope, options: RenderOptions = {}) => {
    const bound = start(mode, scope, options);
    const text = runOutside(source, () => bound.render());
    const give = (done: Value): TemplateModule => ({
      exports: new PyDict(
        bound.exports().flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      text: str(done),
    });
    return text instanceof Promise ? text.then(give) : give(text);
  };
  const template: Template = {
    file: source.file,
    definitions: definitionsOf(node, source),
    calls: callSitesOf(node, source),
    hasTags: node.body.some((part) => part.kind !== "text" && part.kind !== "macro"),
    render: (scope, options) => str(settled(run(SYNC, scope, options))),
    renderAsync: async (scope, options) => str(await run(ASYNC, scope, options)),
    renderTraced: async (scope, options) => {
      const trace = new Trace(source);
      const text = str(await run(TRACED, scope, { ...options, trace }));
      return { text, locate: (offset) => trace.locate(offset) };
    },
    renderNative: (scope, options) => settled(run(NATIVE_SYNC, scope, options)),
    renderNativeAsync: async (scope, options) => run(NATIVE_ASYNC, scope, options),
    module: (scope, options) => settled(runModule(SYNC, scope, options)),
    moduleAsync: async (scope, options) => runModule(ASYNC, scope, options),
    macros: (scope, options = {}) => bindMacros(binder, settings, scope, options),
  };
  return {
    template,
    linkedAs: (mode) => ({ file: source.file, bind: (evaluation) => binder(mode)(evaluation) }),
  };
}

// An expression without end is read link by link and nests once for each of them.
function withinStack<T>(source: SourceFile, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw syntaxError(source, 0, "an expression is too long: it nests too deeply to be compiled");
  }
}

function evaluationOf(
  settings: TemplateSettings,
  mode: Mode,
  scope: Scope,
  options: TracedOptions,
): Evaluation {
  return makeEvaluation({
    scope,
    globalScope: settings.globalScope,
    budget: options.budget ?? new Budget(settings.limits),
    undefinedBehavior: settings.undefinedBehavior,
    dialect: settings.dialect,
    isAsync: mode.isAsync,
    isNative: mode.isNative,
    filters: settings.filters,
    tests: settings.tests,
    random: settings.random,
    blocks: new Map<string, BlockFunction[]>(),
    trace: options.trace,
    // What another template writes belongs to the tag that asked for it.
    load: (name) => settings.link(name, mode.isTraced ? ASYNC : mode),
  });
}

function settled<T>(value: Awaitable<T>): T {
  if (value instanceof Promise) throw new Error("Synchronous code cannot answer a promise");
  return value;
}

/** `return()` that no macro has caught is an error of the template like any other. */
function runOutside(source: SourceFile, run: () => Awaitable<Value>): Awaitable<Value> {
  try {
    const value = run();
    if (!(value instanceof Promise)) return value;
    return value.catch((error: unknown) => {
      throw outsideOfMacro(source, error);
    });
  } catch (error) {
    throw outsideOfMacro(source, error);
  }
}

function outsideOfMacro(source: SourceFile, error: unknown): unknown {
  if (!(error instanceof MacroReturn)) return error;
  return withFrame(new PyError("RuntimeError", error.message), source, 0, "top level");
}

function bindMacros(
  binder: (mode: Mode) => BindTemplate,
  settings: TemplateSettings,
  scope: Scope,
  options: MacroOptions,
): ReadonlyMap<string, Macro> {
  const mode = options.mode === "async" ? ASYNC : SYNC;
  const made = new Map<string, Macro>();
  const globalScope: Scope = {
    get: (name) => made.get(name) ?? settings.globalScope.get(name),
  };
  const evaluation = evaluationOf({ ...settings, globalScope }, mode, scope, options);
  for (const [name, make] of binder(mode)(evaluation).macros) made.set(name, make());
  return made;
}
