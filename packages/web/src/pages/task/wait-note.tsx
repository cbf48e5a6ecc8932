import { useQuery } from "@tanstack/react-query";
import { explainQuery } from "../../api/queries.ts";
import { useApi } from "../../app/services.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { isTaskFinished, TASK_LOOKS } from "../../states/task-state.ts";
import type { AttemptView } from "./task-page.tsx";

/** Why the task has not run, in the scheduler's own words; nothing for one that runs or ran. */
export function WaitNote({ view: { key, instance } }: { readonly view: AttemptView }) {
  const state = instance.state ?? "none";
  const hasRun =
    state === "running" ||
    (isTaskFinished(state) && state !== "upstream_failed" && state !== "skipped");
  const { data } = useQuery({ ...explainQuery(useApi(), key), enabled: !hasRun });
  if (hasRun || data === undefined || data.reasons.length === 0) return null;
  return (
    <section className="note" aria-label="Why it has not run">
      <StateIcon look={TASK_LOOKS[state]} />
      <span className="grow">
        <b>Why has it not run?</b> {data.reasons.map(({ message }) => message).join("; ")}
      </span>
    </section>
  );
}
