import type { Limits } from "./runtime/budget.ts";
import type { Evaluation } from "./runtime/evaluation.ts";
import type { Awaitable, Kwargs, UndefinedBehavior, Value } from "./values/value.ts";

/** A filter: `value | name(args)`. */
export type Filter = (
  value: Value,
  args: readonly Value[],
  kwargs: Kwargs,
  evaluation: Evaluation,
) => Awaitable<Value>;

/** A test: `value is name(args)`. */
export type Test = (
  value: Value,
  args: readonly Value[],
  kwargs: Kwargs,
  evaluation: Evaluation,
) => Awaitable<boolean>;

/** How templates of an environment are read and what they know. */
export type EnvironmentOptions = {
  /** @default "default" */
  readonly undefinedBehavior?: UndefinedBehavior;
  /** Drop the newline after a block tag. @default false */
  readonly trimBlocks?: boolean;
  /** Drop blanks before a block tag that begins its line. @default false */
  readonly lstripBlocks?: boolean;
  /** Keep the newline at the end of a template. @default false */
  readonly keepTrailingNewline?: boolean;
  /** `dbt` adds its block tags and makes `return(…)` leave the macro. @default "standard" */
  readonly dialect?: "standard" | "dbt";
  readonly filters?: Readonly<Record<string, Filter>>;
  readonly tests?: Readonly<Record<string, Test>>;
  readonly globals?: Readonly<Record<string, Value>>;
  readonly limits?: Partial<Limits>;
  /** Finds the source of `{% include %}`, `{% import %}` and `{% extends %}`; none by default. */
  readonly loadTemplate?: (name: string) => string | undefined;
  /** A number in [0, 1) for the `random` filter, which fails without it. */
  readonly random?: () => number;
};

/** Where a template comes from. */
export type CompileOptions = {
  /** @default "template" */
  readonly file?: string;
  /** The line of the file on which the source begins. @default 1 */
  readonly firstLine?: number;
};
