import { StateIcon } from "./state-icon.tsx";
import type { StateLook } from "./state-look.ts";

const QUIET: ReadonlySet<StateLook["shape"]> = new Set(["disc-check", "square-check"]);

/** A state in a grid: what went well is a tint with a check, all else its own shape. */
export function StateCell({ look }: { readonly look: StateLook }) {
  if (!QUIET.has(look.shape)) return <StateIcon look={look} isDecoration />;
  return (
    <svg
      className="state-icon"
      viewBox="0 0 14 14"
      style={{ color: `var(${look.colour})` }}
      aria-hidden="true"
    >
      <rect
        width="14"
        height="14"
        rx="3"
        style={{ fill: "color-mix(in srgb, currentColor 26%, var(--bg-surface))" }}
      />
      <path
        d="m4 7.4 2.2 2.2 4-4.6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** Many states at once, for a folded group or a mapped task: a bar with one segment per state. */
export function StateShares({
  shares,
}: {
  readonly shares: readonly { readonly look: StateLook; readonly count: number }[];
}) {
  return (
    <span className="state-shares" aria-hidden="true">
      {shares.map(({ look, count }) => (
        <span
          key={look.label}
          style={{
            flexGrow: count,
            background: QUIET.has(look.shape)
              ? `color-mix(in srgb, var(${look.colour}) 40%, var(--bg-surface))`
              : `var(${look.colour})`,
          }}
        />
      ))}
    </span>
  );
}
