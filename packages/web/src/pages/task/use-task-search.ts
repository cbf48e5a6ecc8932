import { useNavigate, useSearch } from "@tanstack/react-router";
import type { parseTask } from "../../app/search.ts";

type TaskSearch = ReturnType<typeof parseTask>;

/** What the address says about the page, and how to change it. */
export function useTaskSearch(): readonly [TaskSearch, (change: TaskSearch) => void] {
  const search = useSearch({ from: "/shell/dags/$dagId/runs/$runId/tasks/$taskId" });
  const navigate = useNavigate({ from: "/dags/$dagId/runs/$runId/tasks/$taskId" });
  return [
    search,
    (change) => {
      void navigate({
        search: (old) => ({ ...old, ...change }),
        replace: true,
        resetScroll: false,
      });
    },
  ];
}
