import type { Value } from "../values/value.ts";

/**
 * A namespace that templates look names up in. Nothing is copied: a name is asked for when a template uses it,
 * first here, then in `parent`, last in the globals of the environment.
 */
export interface Scope {
  readonly parent?: Scope | undefined;
  /** The value of a name, or `undefined` when this namespace does not have it. */
  get(name: string): Value | undefined;
}

/** A scope over the own properties of a record. */
export function scopeOf(record: Readonly<Record<string, Value>>, parent?: Scope): Scope {
  return {
    parent,
    get: (name) => (Object.hasOwn(record, name) ? record[name] : undefined),
  };
}

/** Finds a name in a scope or its parents. */
export function findName(scope: Scope | undefined, name: string): Value | undefined {
  for (let current = scope; current !== undefined; current = current.parent) {
    const value = current.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
