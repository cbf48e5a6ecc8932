import { findBlocks } from "./block-finder.ts";
import { BUILTIN_TESTS } from "./builtin-tests.ts";
import type { Mode } from "./compile/generator.ts";
import type { CompileOptions, EnvironmentOptions, Filter, Test } from "./environment-options.ts";
import { MacroReturn } from "./errors.ts";
import { DBT_FILTERS } from "./filters/dbt-filters.ts";
import { BUILTIN_FILTERS } from "./filters/filters.ts";
import { makeTemplate, type TemplateSettings } from "./make-template.ts";
import { DEFAULT_LIMITS } from "./runtime/budget.ts";
import type { LinkedTemplate } from "./runtime/evaluation.ts";
import { BUILTIN_GLOBALS } from "./runtime/globals.ts";
import { normalizeSource } from "./syntax/lexer.ts";
import type { BlockDefinition, BlockKind, Template } from "./template.ts";
import { callable, type Value } from "./values/value.ts";

/** Compiles templates that share settings, filters, tests and globals. */
export interface Environment {
  /** Compiles a template; throws a `TemplateError` of kind `syntax` when it cannot be read. */
  compile(source: string, options?: CompileOptions): Template;
  /**
   * Finds the named blocks of a text without reading what is inside or around them, for files that are not
   * templates as a whole (Markdown with docs blocks).
   */
  findBlocks(
    source: string,
    kinds: readonly BlockKind[],
    options?: CompileOptions,
  ): readonly BlockDefinition[];
}

/** Makes an environment. Environments share nothing that changes. */
export function createEnvironment(options: EnvironmentOptions = {}): Environment {
  const linked = new Map<string, ReturnType<typeof makeTemplate> | undefined>();
  const settings: TemplateSettings = {
    ...settingsOf(options),
    link: (name, mode) => link(name, mode),
  };
  const compile = (source: string, from: CompileOptions = {}): ReturnType<typeof makeTemplate> =>
    makeTemplate(
      {
        text: normalizeSource(source, settings.rules.keepTrailingNewline),
        file: from.file ?? "template",
        firstLine: from.firstLine ?? 1,
      },
      settings,
    );
  const link = (name: string, mode: Mode): LinkedTemplate | undefined => {
    if (!linked.has(name)) {
      const source = options.loadTemplate?.(name);
      linked.set(name, source === undefined ? undefined : compile(source, { file: name }));
    }
    return linked.get(name)?.linkedAs(mode);
  };
  return {
    compile: (source, from) => compile(source, from).template,
    findBlocks: (source, kinds, from) =>
      findBlocks(
        {
          text: normalizeSource(source, true),
          file: from?.file ?? "template",
          firstLine: from?.firstLine ?? 1,
        },
        kinds,
      ),
  };
}

function settingsOf(options: EnvironmentOptions): Omit<TemplateSettings, "link"> {
  const dialect = options.dialect ?? "standard";
  const globals = new Map<string, Value>([
    ...BUILTIN_GLOBALS,
    ...(dialect === "dbt" ? [["return", callable(leaveMacro, "return")] as const] : []),
    ...Object.entries(options.globals ?? {}),
  ]);
  return {
    dialect,
    rules: {
      trimBlocks: options.trimBlocks ?? false,
      lstripBlocks: options.lstripBlocks ?? false,
      keepTrailingNewline: options.keepTrailingNewline ?? false,
    },
    undefinedBehavior: options.undefinedBehavior ?? "default",
    filters: new Map<string, Filter>([
      ...BUILTIN_FILTERS,
      ...(dialect === "dbt" ? DBT_FILTERS : []),
      ...Object.entries(options.filters ?? {}),
    ]),
    tests: new Map<string, Test>([...BUILTIN_TESTS, ...Object.entries(options.tests ?? {})]),
    globalScope: { get: (name) => globals.get(name) },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    random: options.random,
  };
}

function leaveMacro(args: readonly Value[]): never {
  throw new MacroReturn(args[0] ?? null);
}
