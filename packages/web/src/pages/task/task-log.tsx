import { QueryProblem } from "../../app/query-view.tsx";
import { isTaskFinished } from "../../states/task-state.ts";
import { LogPanel } from "../log/log-panel.tsx";
import { useTaskLog } from "../log/use-task-log.ts";
import { hasEndedBadly } from "./first-error.ts";
import type { AttemptView } from "./task-page.tsx";
import { useTaskSearch } from "./use-task-search.ts";

/** The log of the attempt; live while it runs. */
export function TaskLog({ view: { key, attempt } }: { readonly view: AttemptView }) {
  const [search, change] = useTaskSearch();
  const isLive = !isTaskFinished(attempt.state ?? "none");
  const query = useTaskLog(key, attempt.try_number, isLive);
  return (
    <>
      <QueryProblem query={query} />
      <LogPanel
        lines={attempt.try_number === 0 ? [] : query.data?.lines}
        hint={isLive ? "live" : "ended"}
        fileName={`${key.dagId}-${key.taskId}-try${attempt.try_number}.log`}
        isLive={isLive}
        startsAtError={hasEndedBadly(attempt.state)}
        line={search.line}
        onLine={(line) => change({ line })}
      />
    </>
  );
}
