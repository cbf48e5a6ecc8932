import type { UiRun } from "@airloom/api";
import { renderPlural } from "../format/number.ts";
import { barHeights } from "./bar-heights.ts";
import { RUN_LOOKS } from "./run-state.ts";

const WIDTH = 140;
const HEIGHT = 20;
const SLOTS = 24;
const STEP = WIDTH / SLOTS;

/** Runs as bars, newest right: height is duration, failures are solid and carry a cross. */
export function RunBars({ runs }: { readonly runs: readonly UiRun[] }) {
  const shown = runs.slice(-SLOTS);
  const heights = barHeights(shown, HEIGHT - 2);
  const failed = shown.filter(({ state }) => state === "failed").length;
  const name = `Last ${renderPlural(shown.length, "run")}, ${failed} failed`;
  return (
    <svg className="run-bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      {shown.map((run, index) => (
        <Bar
          key={run.dag_run_id}
          state={run.state}
          x={(SLOTS - shown.length + index) * STEP + 0.7}
          height={heights[index] ?? 2}
        />
      ))}
    </svg>
  );
}

function Bar({
  state,
  x,
  height,
}: {
  readonly state: UiRun["state"];
  readonly x: number;
  readonly height: number;
}) {
  const colour = `var(${RUN_LOOKS[state].colour})`;
  const y = HEIGHT - height;
  const fill =
    state === "success" ? `color-mix(in srgb, ${colour} 50%, var(--bg-surface))` : colour;
  return (
    <>
      <rect x={x} y={y} width={STEP - 1.5} height={height} rx="1" style={{ fill }} />
      {state === "failed" && height > 8 && (
        <path
          d={`M${x + 0.8} ${y + 2}l2.8 2.8m0-2.8l-2.8 2.8`}
          style={{ stroke: "var(--text-on-state)", strokeWidth: 1.1 }}
        />
      )}
    </>
  );
}
