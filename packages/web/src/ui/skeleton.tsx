const WIDTHS = ["72%", "54%", "88%", "63%", "80%", "47%", "69%", "58%"] as const;

/** Keeps the layout while something loads; visible only after 150 ms, so that quick answers do not flicker. */
export function Skeleton({ rows = 6 }: { readonly rows?: number }) {
  return (
    <output className="skeleton" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // oxlint-disable-next-line react/no-array-index-key -- its rows have no identity but their place
        <span key={row} style={{ width: WIDTHS[row % WIDTHS.length] }} />
      ))}
    </output>
  );
}
