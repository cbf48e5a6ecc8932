import type { ReactNode } from "react";
import { renderCount } from "../../format/number.ts";

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
