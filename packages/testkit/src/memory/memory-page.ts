import type { Page, PageRequest } from "@airloom/core";

/** One page of rows. */
export function cutPage<T>(items: readonly T[], page: PageRequest): Page<T> {
  return { items: items.slice(page.offset, page.offset + page.limit), total: items.length };
}

/** True where nothing is asked for, or this is among it. */
export function isWanted<T>(wanted: readonly T[] | undefined, value: T): boolean {
  return wanted?.includes(value) ?? true;
}
