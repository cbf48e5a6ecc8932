import { PyError } from "../errors.ts";
import { bindArguments } from "../runtime/arguments.ts";
import type { Kwargs, Value } from "../values/value.ts";

/** A method of a plain value. */
export type Method = (self: Value, args: readonly Value[], kwargs: Kwargs) => Value;

type Arguments = readonly (Value | undefined)[];

/** Makes methods of functions that know the type of their value and get their arguments in order. */
export function methodsFor<Self extends Value>(
  isSelf: (value: Value) => value is Self,
  methods: Readonly<
    Record<string, readonly [parameters: string, run: (self: Self, ...args: Arguments) => Value]>
  >,
): ReadonlyMap<string, Method> {
  return new Map(
    Object.entries(methods).map(([name, [list, run]]) => {
      const parameters = list === "" ? [] : list.split(" ");
      const method: Method = (self, args, kwargs) => {
        if (!isSelf(self)) throw new PyError("TypeError", `${name}() called on another type`);
        return run(self, ...bindArguments(name, parameters, args, kwargs));
      };
      return [name, method] as const;
    }),
  );
}
