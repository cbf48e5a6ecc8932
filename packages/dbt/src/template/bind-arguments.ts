import { type Kwargs, PyError, type Value } from "@airloom/jinja";

/**
 * Puts positional and keyword arguments of a call in the order of the parameters; what is missing is
 * `undefined`.
 */
export function bindArguments(
  name: string,
  parameters: readonly string[],
  args: readonly Value[],
  kwargs: Kwargs,
): readonly (Value | undefined)[] {
  if (args.length > parameters.length) {
    throw new PyError(
      "TypeError",
      `${name}() takes ${parameters.length} arguments but ${args.length} were given`,
    );
  }
  const bound: (Value | undefined)[] = parameters.map((_, index) => args[index]);
  for (const [key, value] of kwargs) {
    const index = parameters.indexOf(key);
    if (index === -1) {
      throw new PyError("TypeError", `${name}() got an unexpected keyword argument '${key}'`);
    }
    bound[index] = value;
  }
  return bound;
}
