import type { Filter } from "../environment-options.ts";
import { bindArguments } from "../runtime/arguments.ts";
import type { Evaluation } from "../runtime/evaluation.ts";
import type { Value } from "../values/value.ts";

type Arguments = readonly (Value | undefined)[];

type Definition = readonly [
  parameters: string,
  run: (value: Value, args: Arguments, evaluation: Evaluation) => Value,
];

/** Makes filters of functions that get their arguments in order. */
export function defineFilters(
  definitions: Readonly<Record<string, Definition>>,
): readonly (readonly [string, Filter])[] {
  return Object.entries(definitions).map(([name, [list, run]]) => {
    const parameters = list === "" ? [] : list.split(" ");
    const filter: Filter = (value, args, kwargs, evaluation) =>
      run(value, bindArguments(name, parameters, args, kwargs), evaluation);
    return [name, filter] as const;
  });
}
