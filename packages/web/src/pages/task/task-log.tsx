import { useState } from "react";
import { QueryProblem } from "../../app/query-view.tsx";
import { isTaskFinished } from "../../states/task-state.ts";
import { type LogFilter, NO_FILTER } from "../log/filter-log.ts";
import { LogPanel } from "../log/log-panel.tsx";
import { useTaskLog } from "../log/use-task-log.ts";
import { hasEndedBadly } from "./first-error.ts";
import type { AttemptView } from "./task-page.tsx";
import { useTaskSearch } from "./use-task-search.ts";

/** The log of the attempt; live while it runs. */
export function TaskLog({ view: { key, attempt } }: { readonly view: AttemptView }) {
  const [search, change] = useTaskSearch();
  const [filter, setFilter] = useState<LogFilter>(NO_FILTER);
  const isLive = !isTaskFinished(attempt.state ?? "none");
  const startsAtError = hasEndedBadly(attempt.state);
  const { query, table, setRange } = useTaskLog({
    key,
    tryNumber: attempt.try_number,
    isLive,
    filter,
    goal: search.line ?? (startsAtError ? "first_error" : undefined),
  });
  return (
    <>
      <QueryProblem query={query} />
      <LogPanel
        key={attempt.try_number}
        table={table}
        filter={filter}
        onFilter={setFilter}
        hint={isLive ? "live" : "ended"}
        fileName={`${key.dagId}-${key.taskId}-try${attempt.try_number}.log`}
        isLive={isLive}
        startsAtError={startsAtError}
        line={search.line}
        onLine={(line) => change({ line })}
        onRange={setRange}
      />
    </>
  );
}
