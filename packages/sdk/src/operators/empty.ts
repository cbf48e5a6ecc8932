import type { Operator } from "../operator.ts";

/** A task that does nothing: a point where others meet. It takes no process and no pool slot. */
export function empty(): Operator<Readonly<Record<never, never>>, void> {
  return {
    kind: "operator",
    name: "empty",
    isEmpty: true,
    fields: {},
    links: [],
    defaults: {},
    execute: () => undefined,
    resume: null,
    onKill: null,
  };
}
