import { renderSchedule } from "../../format/schedule.ts";
import { renderZone } from "../../format/time.ts";

interface Timetable {
  readonly timetable_summary: string | null;
  readonly timetable_description: string | null;
  /** Where it is another than UTC it stands beside the clock. */
  readonly timezone?: string | null;
}

/** When a Dag runs, in a few words; the expression and its meaning on hover. */
export function ScheduleText({ dag }: { readonly dag: Timetable }) {
  const { timetable_summary: summary, timetable_description } = dag;
  const description = timetable_description ?? "";
  const title =
    summary === null || description.includes(summary) ? description : `${summary}: ${description}`;
  const words = renderSchedule(summary, description);
  const zone = dag.timezone ?? "UTC";
  const hasClock = zone !== "UTC" && /\d\d:\d\d/u.test(words);
  return (
    <span title={hasClock ? `${title} (${zone})` : title}>
      {words}
      {hasClock && !words.includes(zone) && ` ${renderZone(zone)}`}
    </span>
  );
}

/** The words with the expression beside them, where it says more than they do. */
export function Schedule({ dag }: { readonly dag: Timetable }) {
  const { timetable_summary: summary, timetable_description } = dag;
  const description = timetable_description ?? "";
  const words = renderSchedule(summary, description);
  return (
    <>
      <ScheduleText dag={{ ...dag, timezone: null }} />
      {summary !== null && !words.includes(summary) && (
        <span className="mono text-3 schedule-expression">{summary}</span>
      )}
    </>
  );
}
