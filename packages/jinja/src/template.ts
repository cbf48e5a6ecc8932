import type { Budget } from "./runtime/budget.ts";
import type { Macro } from "./runtime/macro.ts";
import type { Scope } from "./runtime/scope.ts";
import type { SourceLocation } from "./source-file.ts";
import type { PyDict, Value } from "./values/value.ts";

/** What kind of named block a template defines at its top level. */
export type BlockKind = "macro" | "materialization" | "test" | "snapshot" | "docs";

/** A parameter of a macro, with the source text of its default. */
export type Parameter = { readonly name: string; readonly defaultSource: string | undefined };

/** A named block of a template, found without rendering anything. */
export type BlockDefinition = {
  readonly kind: BlockKind;
  readonly name: string;
  /** The name dbt gives the macro: `test_x`, `materialization_x_default`, `snapshot_x`, `dbt_docs__x`, or just `x`. */
  readonly macroName: string;
  readonly parameters: readonly Parameter[];
  /** The adapter of a materialization, `default` without one; `undefined` for every other kind. */
  readonly adapter: string | undefined;
  /** `supported_languages` of a materialization. */
  readonly supportedLanguages: readonly string[] | undefined;
  /** The block with its opening and closing tag. */
  readonly source: string;
  /** What is between the tags. */
  readonly body: string;
  readonly offset: number;
  readonly bodyOffset: number;
  /** The line of the opening tag in the file. */
  readonly line: number;
  /** The line on which `body` begins: the `firstLine` to compile it with. */
  readonly bodyLine: number;
};

/** An argument as far as it is known without rendering. */
export type StaticArgument = { readonly literal: Value } | { readonly source: string };

/** A call of a named function, found without rendering anything. */
export type CallSite = {
  /** `ref`, `config`, `adapter.dispatch` … */
  readonly name: string;
  readonly args: readonly StaticArgument[];
  readonly kwargs: Readonly<Record<string, StaticArgument>>;
  /** Every argument is a literal and nothing is unpacked with `*` or `**`. */
  readonly isLiteral: boolean;
  /** Inside a block of this macro name, or `undefined` at the top level. */
  readonly block: string | undefined;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
};

/**
 * Settings of one rendering.
 *
 * Without a budget, each rendering and each binding of macros gets its own from the limits of the environment.
 * A budget only ever fills up: macros that stay bound for long need one that suits all their calls.
 */
export type RenderOptions = { readonly budget?: Budget };

/** Settings of `Template.macros`. */
export type MacroOptions = RenderOptions & {
  /** Macros of mode `async` answer promises and may call functions that do. @default "sync" */
  readonly mode?: "sync" | "async";
};

/** What a template leaves behind when it has run: its top-level names and its text. */
export type TemplateModule = { readonly exports: PyDict; readonly text: string };

/** A rendered text together with where each part of it comes from. */
export type TracedText = {
  readonly text: string;
  /**
   * The place in the template that wrote the character at an offset of the text: its own for plain text, that
   * of the tag for what a tag printed.
   */
  locate(offset: number): SourceLocation;
};

/** A compiled template; immutable, may be rendered any number of times and concurrently. */
export interface Template {
  readonly file: string;
  /** The named blocks at the top level, in source order. */
  readonly definitions: readonly BlockDefinition[];
  /** Every call of a plain or dotted name, in source order. */
  readonly calls: readonly CallSite[];
  /** Some tag or expression exists outside of named blocks, so rendering is not the identity. */
  readonly hasTags: boolean;
  /** Renders; fails when a function answers a promise. */
  render(scope: Scope, options?: RenderOptions): string;
  renderAsync(scope: Scope, options?: RenderOptions): Promise<string>;
  /** As `renderAsync`, and remembers which part of the template wrote which part of the text. */
  renderTraced(scope: Scope, options?: RenderOptions): Promise<TracedText>;
  /**
   * Renders to a value: a single expression keeps its type. In the standard dialect text is read as a Python
   * literal, as in Jinja's `NativeEnvironment`; in dbt's it stays text unless `as_bool`, `as_number` or
   * `as_native` asks for more.
   */
  renderNative(scope: Scope, options?: RenderOptions): Value;
  renderNativeAsync(scope: Scope, options?: RenderOptions): Promise<Value>;
  /** Runs the top level and gives its names, as `{% import %}` does. */
  module(scope: Scope, options?: RenderOptions): TemplateModule;
  moduleAsync(scope: Scope, options?: RenderOptions): Promise<TemplateModule>;
  /**
   * The named blocks bound to a scope and callable, by `macroName`. The top level is not run: as in dbt, a
   * macro sees its scope and the macros of its own template, nothing else.
   */
  macros(scope: Scope, options?: MacroOptions): ReadonlyMap<string, Macro>;
}
