import type { UiRun } from "@airloom/api";
import { renderPlural } from "../format/number.ts";
import { barHeights } from "./bar-heights.ts";
import { isTroubled, RUN_LOOKS } from "./run-state.ts";

const WIDTH = 140;
const HEIGHT = 20;
const SLOTS = 24;
const STEP = WIDTH / SLOTS;

/** Runs as bars, newest right: height is duration, failures are solid and carry a cross, failures inside a cap. */
export function RunBars({ runs }: { readonly runs: readonly UiRun[] }) {
  const shown = runs.slice(-SLOTS);
  const heights = barHeights(shown, HEIGHT - 2);
  const failed = shown.filter(({ state }) => state === "failed").length;
  const troubled = shown.filter(isTroubled).length;
  const name = `Last ${renderPlural(shown.length, "run")}, ${failed} failed${troubled === 0 ? "" : `, ${troubled} with failures inside`}`;
  return (
    <svg className="run-bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      {shown.map((run, index) => (
        <Bar
          key={run.dag_run_id}
          state={run.state}
          isTroubled={isTroubled(run)}
          x={(SLOTS - shown.length + index) * STEP + 0.7}
          height={heights[index] ?? 2}
        />
      ))}
    </svg>
  );
}

function Bar({
  state,
  isTroubled: hasCap,
  x,
  height,
}: {
  readonly state: UiRun["state"];
  readonly isTroubled: boolean;
  readonly x: number;
  readonly height: number;
}) {
  const colour = `var(${RUN_LOOKS[state].colour})`;
  const y = HEIGHT - height;
  const width = STEP - 1.5;
  const fill =
    state === "success" ? `color-mix(in srgb, ${colour} 50%, var(--bg-surface))` : colour;
  return (
    <>
      <rect x={x} y={y} width={width} height={height} rx="1" style={{ fill }} />
      {hasCap && (
        <>
          <rect
            x={x - 0.4}
            y={y - 1}
            width={width + 0.8}
            height={6}
            style={{ fill: "var(--bg-surface)" }}
          />
          <path
            d={`M${x - 0.4} ${y - 1}h${width + 0.8}l${-width / 2 - 0.4} 5z`}
            style={{ fill: "var(--st-failed)" }}
          />
        </>
      )}
      {state === "failed" && height > 8 && (
        <path
          d={`M${x + 0.8} ${y + 2}l2.8 2.8m0-2.8l-2.8 2.8`}
          style={{ stroke: "var(--text-on-state)", strokeWidth: 1.1 }}
        />
      )}
    </>
  );
}
