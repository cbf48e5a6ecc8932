import type { UiHome } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { renderCount, renderPlural } from "../../format/number.ts";
import { renderClock } from "../../format/time.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Panel } from "../../ui/panel.tsx";
import { barsOf, ceilingOf, endOfHour, type HourBar } from "./hours.ts";

const HEIGHT = 34;

/** Runs of the last 24 hours; a bar opens its list. */
export function RunsPerHour({ home }: { readonly home: UiHome }) {
  const highest = Math.max(
    0,
    ...home.runs_per_hour.map((hour) => hour.success + hour.failed + hour.running + hour.queued),
  );
  const ceiling = ceilingOf(highest);
  return (
    <Panel title="Last 24 hours">
      <Totals totals={home.totals} />
      {highest > 0 && (
        <div className="hours">
          <div className="hours-axis tiny text-3" aria-hidden="true">
            <span>{ceiling}</span>
            <span>0</span>
          </div>
          <ol className="hours-bars">
            {barsOf(home.runs_per_hour, ceiling).map((bar, index) => (
              <li key={bar.hour}>
                <Bar bar={bar} />
                <span className="tiny text-3" aria-hidden="true">
                  {index % 6 === 5 ? renderClock(bar.hour).slice(0, 5) : ""}
                </span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </Panel>
  );
}

function Bar({ bar }: { readonly bar: HourBar }) {
  const from = renderClock(bar.hour).slice(0, 5);
  const troubles = bar.troubles === 0 ? "" : `, ${bar.troubles} succeeded with failures inside`;
  const name = `${from} UTC: ${renderPlural(bar.total, "run")}, ${bar.failures} failed${troubles}`;
  return (
    <Link
      to="/runs"
      search={{ from: bar.hour, to: endOfHour(bar.hour) }}
      className="hour-bar"
      aria-label={name}
      title={name}
      style={{ height: HEIGHT + 18 }}
    >
      {bar.failures > 0 && <span className="hour-failures tiny">{bar.failures}</span>}
      {bar.troubles > 0 && (
        <span
          className="hour-troubled"
          style={{ height: Math.max(4, Math.round(bar.troubled * HEIGHT)) }}
        />
      )}
      <span
        className="hour-failed"
        style={{ height: Math.round(bar.failed * HEIGHT), minHeight: bar.failures > 0 ? 4 : 0 }}
      />
      <span className="hour-quiet" style={{ height: Math.round(bar.quiet * HEIGHT) }} />
    </Link>
  );
}

const TOTALS = [
  { key: "failed", word: "failed", look: TASK_LOOKS.failed, search: { state: "failed" } },
  { key: "running", word: "running", look: TASK_LOOKS.running, search: { state: "running" } },
  { key: "queued", word: "queued", look: TASK_LOOKS.queued, search: { state: "queued" } },
  { key: "success", word: "succeeded", look: TASK_LOOKS.success, search: { state: "success" } },
] as const;

function Totals({ totals }: { readonly totals: UiHome["totals"] }) {
  const { success_with_failures: troubled } = totals;
  return (
    <div className="row totals">
      {TOTALS.map(({ key, word, look, search }) => (
        <Link key={key} to="/runs" search={search} className="state">
          <StateIcon look={look} isDecoration />
          <b>{renderCount(totals[key])}</b> <span className="text-2">{word}</span>
        </Link>
      ))}
      {troubled > 0 && (
        <span className="state run-trouble small">
          of which {renderCount(troubled)} with failures inside
        </span>
      )}
    </div>
  );
}
