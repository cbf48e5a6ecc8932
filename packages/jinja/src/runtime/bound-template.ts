import type { Awaitable, Value } from "../values/value.ts";
import type { Macro } from "./macro.ts";

/** The function of an inheritance block; `names` are what a scoped block can see around it. */
export type BlockFunction = (names?: ReadonlyMap<string, Value>) => Awaitable<string>;

/** A compiled template together with what it is rendered with. */
export type BoundTemplate = {
  render(): Awaitable<Value>;
  /** The top-level names with what they were last assigned. */
  exports(): readonly (readonly [name: string, value: Value | undefined])[];
  /** What makes the named blocks of the top level. */
  readonly macros: ReadonlyMap<string, () => Macro>;
};
