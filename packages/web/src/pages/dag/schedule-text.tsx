import { renderSchedule } from "../../format/schedule.ts";

interface Timetable {
  readonly timetable_summary: string | null;
  readonly timetable_description: string | null;
}

/** When a Dag runs, in a few words; the expression and its meaning on hover. */
export function ScheduleText({ dag }: { readonly dag: Timetable }) {
  const { timetable_summary: summary, timetable_description } = dag;
  const description = timetable_description ?? "";
  const title =
    summary === null || description.includes(summary) ? description : `${summary}: ${description}`;
  return <span title={title}>{renderSchedule(summary, description)}</span>;
}

/** The words with the expression beside them, where it says more than they do. */
export function Schedule({ dag }: { readonly dag: Timetable }) {
  const { timetable_summary: summary, timetable_description } = dag;
  const description = timetable_description ?? "";
  const words = renderSchedule(summary, description);
  return (
    <>
      <ScheduleText dag={dag} />
      {summary !== null && !words.includes(summary) && (
        <span className="mono text-3 schedule-expression">{summary}</span>
      )}
    </>
  );
}
