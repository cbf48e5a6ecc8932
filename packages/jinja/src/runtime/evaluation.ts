import type { Filter, Test } from "../environment-options.ts";
import { PyError } from "../errors.ts";
import { orElse } from "../values/or-else.ts";
import {
  type Awaitable,
  callable,
  type HostObject,
  pyType,
  Undefined,
  type UndefinedBehavior,
  type Value,
} from "../values/value.ts";
import type { BlockFunction, BoundTemplate } from "./bound-template.ts";
import type { Budget } from "./budget.ts";
import { findName, type Scope } from "./scope.ts";
import type { Trace } from "./trace.ts";

/** A template that another one includes, imports or extends. */
export type LinkedTemplate = {
  readonly file: string;
  bind(evaluation: Evaluation): BoundTemplate;
};

/** Everything that running code of a template may use besides its values. */
export interface Evaluation {
  readonly scope: Scope;
  /** Only what every template of the environment knows. */
  readonly globalScope: Scope;
  readonly budget: Budget;
  readonly undefinedBehavior: UndefinedBehavior;
  readonly dialect: "standard" | "dbt";
  readonly isAsync: boolean;
  /** Output is collected as values instead of text. */
  readonly isNative: boolean;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  readonly random: (() => number) | undefined;
  /** Takes notes of a traced rendering. */
  readonly trace: Trace | undefined;
  /** Inheritance blocks by name, the most derived template first. */
  readonly blocks: Map<string, BlockFunction[]>;
  /** The value of a free name; an undefined when nothing has it. */
  resolve(name: string): Value;
  /** An undefined with the given message. */
  missing(message: string): Undefined;
  /** Compiles the template of that name, in the mode of this evaluation; `undefined` when there is none. */
  load(name: string): LinkedTemplate | undefined;
}

/** What an evaluation is put together from. */
export type EvaluationParts = Omit<Evaluation, "resolve" | "missing">;

/** Puts together what a rendering runs with. */
export function makeEvaluation(parts: EvaluationParts): Evaluation {
  const { scope, globalScope, undefinedBehavior } = parts;
  const evaluation: Evaluation = {
    ...parts,
    resolve: (name) =>
      orElse(findName(scope, name), () =>
        orElse(globalScope.get(name), () =>
          name === "self" && evaluation.blocks.size > 0
            ? selfOf(evaluation)
            : new Undefined(`'${name}' is undefined`, undefinedBehavior),
        ),
      ),
    missing: (message) => new Undefined(message, undefinedBehavior),
  };
  return evaluation;
}

/** The same evaluation with other names around it. */
export function withScope(
  evaluation: Evaluation,
  scope: Scope,
  blocks: Map<string, BlockFunction[]> = new Map<string, BlockFunction[]>(),
): Evaluation {
  return makeEvaluation({ ...evaluation, scope, blocks });
}

/** Renders a block as the most derived template defines it. */
export function block(
  evaluation: Evaluation,
  name: string,
  held: ReadonlyMap<string, Value> | undefined,
): Awaitable<string> {
  const run = evaluation.blocks.get(name)?.[0];
  if (run === undefined) throw new PyError("TemplateRuntimeError", `there is no block '${name}'`);
  return run(held);
}

/** `self`, whose attributes render the blocks. */
function selfOf(evaluation: Evaluation): HostObject {
  return {
    [pyType]: "TemplateReference",
    getAttribute: (name) =>
      evaluation.blocks.has(name)
        ? callable(() => block(evaluation, name, undefined), name)
        : undefined,
  };
}
