import type { CompileOptions } from "./environment-options.ts";
import type { BlockDefinition, BlockKind, Template } from "./template.ts";

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
