import type { Awaitable, Kwargs, Value } from "@airloom/jinja";
import type { MacroContext } from "../context/macro-context.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import { renderText } from "../template/values.ts";

/** A macro that the engine brings, callable like one of a project. */
export interface NativeMacro {
  readonly name: string;
  readonly parameters: readonly string[];
  call(context: MacroContext, args: readonly Value[], kwargs: Kwargs): Awaitable<Value>;
}

/** Arguments of a call in the order of the macro's parameters. */
export type Bound = readonly (Value | undefined)[];

/** Declares a built-in macro; `caller` reaches it among the keyword arguments. */
export function define(
  name: string,
  parameters: readonly string[],
  run: (context: MacroContext, bound: Bound, kwargs: Kwargs) => Awaitable<Value>,
): NativeMacro {
  return {
    name,
    parameters,
    call: (context, args, kwargs) => {
      const named = new Map([...kwargs].filter(([key]) => key !== "caller"));
      return run(context, bindArguments(name, parameters, args, named), kwargs);
    },
  };
}

/** Declares a built-in macro that only writes SQL from the text of its arguments. */
export function defineText(
  name: string,
  parameters: readonly string[],
  write: (...texts: readonly string[]) => string,
): NativeMacro {
  return define(name, parameters, (_context, bound) =>
    write(...bound.map((value) => (value === undefined ? "" : renderText(value)))),
  );
}
