import type { UiDag } from "@airloom/api";
import { renderCron } from "../../format/schedule.ts";

/** When a Dag runs, in a few words; the expression and its meaning on hover. */
export function ScheduleText({
  dag,
}: {
  readonly dag: Pick<UiDag, "timetable_summary" | "timetable_description">;
}) {
  const { timetable_summary: summary, timetable_description: description } = dag;
  if (summary === null) return <span title={description}>Manual</span>;
  return <span title={`${summary}: ${description}`}>{renderCron(summary)}</span>;
}
