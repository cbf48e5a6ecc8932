import { PyError } from "../errors.ts";
import type { Kwargs, Value } from "../values/value.ts";

/** Puts positional and keyword arguments in the order of the parameters; what was not passed is `undefined`. */
export function bindArguments(
  callee: string,
  parameters: readonly string[],
  args: readonly Value[],
  kwargs: Kwargs,
): readonly (Value | undefined)[] {
  if (args.length > parameters.length) {
    throw new PyError(
      "TypeError",
      `${callee}() takes at most ${parameters.length} arguments (${args.length} given)`,
    );
  }
  if (kwargs.size === 0) return args;
  const bound: (Value | undefined)[] = [...args];
  for (const [name, value] of kwargs) {
    const at = parameters.indexOf(name);
    if (at === -1) {
      throw new PyError("TypeError", `${callee}() got an unexpected keyword argument '${name}'`);
    }
    if (at < args.length) {
      throw new PyError("TypeError", `${callee}() got multiple values for argument '${name}'`);
    }
    bound[at] = value;
  }
  return bound;
}

/** The argument, which must have been passed. */
export function required(callee: string, name: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw new PyError("TypeError", `${callee}() missing 1 required positional argument: '${name}'`);
}

/** The argument, which must be a text. */
export function requiredText(callee: string, name: string, value: Value | undefined): string {
  const given = required(callee, name, value);
  if (typeof given === "string") return given;
  throw new PyError("TypeError", `${callee}() argument '${name}' must be str`);
}
