import type { Awaitable, HostObject, Kwargs, Value } from "../values/value.ts";

/** A macro bound to its scope. */
export interface Macro extends HostObject {
  readonly name: string;
  readonly parameters: readonly string[];
  call(args: readonly Value[], kwargs: Kwargs): Awaitable<Value>;
}
