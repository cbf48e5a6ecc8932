import type { ReactNode } from "react";
import { renderCount } from "../../format/number.ts";

/** `20 of 22`, or the number alone where all are listed. */
export function renderShown({
  items,
  total,
}: {
  readonly items: readonly unknown[];
  readonly total: number;
}): string {
  return items.length < total
    ? `${renderCount(items.length)} of ${renderCount(total)}`
    : renderCount(total);
}

/** Where the rest of a list is that stops before its end; nothing where it does not. `link` makes the words a link. */
export function More({
  list,
  link,
}: {
  readonly list: { readonly items: readonly unknown[]; readonly total: number };
  readonly link: (words: string) => ReactNode;
}) {
  const rest = list.total - list.items.length;
  if (rest <= 0) return null;
  return (
    <p className="more-line small">
      {link(`${renderCount(rest)} more: show all ${renderCount(list.total)}`)}
    </p>
  );
}
