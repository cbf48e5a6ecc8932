import { PyError } from "../errors.ts";

/** A walk through nested values: where it is, and how much it has seen. */
export type Walk = { readonly path: unknown[]; visited: number };

const MAX_VISITED = 2_000_000;

/** Begins a walk. */
export function startWalk(): Walk {
  return { path: [], visited: 0 };
}

/**
 * Looks into a container. One that contains itself is noticed, and a few lists that hold each other twice, which
 * would take forever, run into a limit.
 */
export function walkInto<T>(walk: Walk, container: unknown, onCycle: () => T, look: () => T): T {
  if (walk.path.includes(container)) return onCycle();
  walk.visited += 1;
  if (walk.visited > MAX_VISITED) {
    throw new PyError(
      "LimitError",
      `value holds more than ${MAX_VISITED} parts: a limit stopped it`,
    );
  }
  walk.path.push(container);
  const result = look();
  walk.path.pop();
  return result;
}
