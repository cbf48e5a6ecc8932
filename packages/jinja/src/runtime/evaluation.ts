import type { Filter, Test } from "../environment-options.ts";
import type { Undefined, UndefinedBehavior, Value } from "../values/value.ts";
import type { Budget } from "./budget.ts";
import type { Scope } from "./scope.ts";

/** Everything that running code of a template may use besides its values. */
export interface Evaluation {
  readonly scope: Scope;
  readonly budget: Budget;
  readonly undefinedBehavior: UndefinedBehavior;
  readonly isAsync: boolean;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  readonly random: (() => number) | undefined;
  /** The value of a free name; an undefined when nothing has it. */
  resolve(name: string): Value;
  /** An undefined with the given message. */
  missing(message: string): Undefined;
}
