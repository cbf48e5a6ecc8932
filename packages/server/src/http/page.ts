import { AirloomError, type PageRequest } from "@airloom/core";

/** Which wire names a list may be ordered by, and the field each stands for. */
export type OrderNames = Readonly<Record<string, string>>;

/** A page request from a query; an unknown order is refused as Airflow does. */
export function pageOf(
  query: {
    readonly limit: number;
    readonly offset: number;
    readonly order_by?: readonly string[] | undefined;
  },
  names: OrderNames,
  fallback: readonly string[] = [],
): PageRequest {
  const wanted = query.order_by ?? [];
  const orderBy = wanted.length === 0 ? fallback : wanted.map((name) => orderOf(name, names));
  // The store answers 1 to 1,000; a page of nothing asks for one and is cut by `cut`.
  return { limit: Math.max(1, query.limit), offset: query.offset, orderBy };
}

/** Airflow allows `limit=0`: only the total is wanted. */
export function cut<T>(items: readonly T[], limit: number): T[] {
  return items.slice(0, limit);
}

function orderOf(name: string, names: OrderNames): string {
  const bare = name.replace(/^-/u, "");
  const field = Object.hasOwn(names, bare) ? names[bare] : undefined;
  if (field === undefined) {
    throw new AirloomError(
      "input.invalid",
      `Cannot order by "${bare}": expected one of ${Object.keys(names).join(", ")}`,
    );
  }
  return name.startsWith("-") ? `-${field}` : field;
}
