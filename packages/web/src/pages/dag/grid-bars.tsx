import type { UiRun } from "@airloom/api";
import type { VirtualItem } from "@tanstack/react-virtual";
import { renderDuration } from "../../format/duration.ts";
import { renderDateTime } from "../../format/time.ts";
import { barHeights } from "../../states/bar-heights.ts";
import { isTroubled, lookOfRun } from "../../states/run-state.ts";
import { columnLabels, GRID } from "./grid-layout.ts";
import type { DagSelection } from "./use-dag-selection.ts";

/** The head of the grid: one bar per run, as high as the run was long. */
export function GridBars({
  runs,
  columns,
  selection,
}: {
  readonly runs: readonly UiRun[];
  readonly columns: readonly VirtualItem[];
  readonly selection: DagSelection;
}) {
  const heights = barHeights(runs, GRID.bars);
  const labels = columnLabels(runs);
  const longest = Math.max(0, ...runs.map(({ duration }) => duration ?? 0));
  return (
    <div role="row" aria-rowindex={1} className="grid-head" style={{ height: GRID.head }}>
      <div role="columnheader" className="grid-corner tiny text-3" style={{ width: GRID.labels }}>
        <span>{longest > 0 && renderDuration(longest)}</span>
        <span className="row between">
          <span>Task</span>
          <span>0</span>
        </span>
      </div>
      {columns.map(({ index, start }) => {
        const run = runs[index];
        return (
          run !== undefined && (
            <RunColumn
              key={run.dag_run_id}
              run={run}
              left={start}
              height={heights[index] ?? 0}
              label={labels[index]}
              isSelected={index === selection.column}
              onSelect={() => selection.select({ runId: run.dag_run_id })}
            />
          )
        );
      })}
    </div>
  );
}

function RunColumn({
  run,
  left,
  height,
  label,
  isSelected,
  onSelect,
}: {
  readonly run: UiRun;
  readonly left: number;
  readonly height: number;
  readonly label: string | undefined;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}) {
  const look = lookOfRun(run);
  const took = run.duration === null ? "" : `, ${renderDuration(run.duration)}`;
  const name = `Run ${renderDateTime(run.run_after)} UTC, ${look.label}${took}`;
  const colour = `var(${look.colour})`;
  return (
    <div role="columnheader" className="grid-column" style={{ left }} data-selected={isSelected}>
      <button type="button" tabIndex={-1} aria-label={name} title={name} onClick={onSelect}>
        <span
          className={barClass(run)}
          style={{
            height,
            background:
              run.state === "success"
                ? `color-mix(in srgb, ${colour} 55%, var(--bg-surface))`
                : colour,
          }}
        />
        <span className="tiny" aria-hidden="true">
          {label}
        </span>
      </button>
    </div>
  );
}

function barClass(run: UiRun): string {
  if (run.state === "failed") return "run-bar failed";
  return isTroubled(run) ? "run-bar troubled" : "run-bar";
}
