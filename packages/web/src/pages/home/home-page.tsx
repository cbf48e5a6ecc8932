import type { UiHome } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { homeQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { describeHealth } from "../../app/platform-nav.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { renderPlural } from "../../format/number.ts";
import { HealthStrip } from "./health-strip.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { NextRuns } from "./next-runs.tsx";
import { RunningNow } from "./running-now.tsx";
import { RunsPerHour } from "./runs-per-hour.tsx";

/** What needs me? */
export function HomePage() {
  const query = useQuery(homeQuery(useApi()));
  const summary = query.data === undefined ? "" : describeHome(query.data);
  return (
    <>
      <PageHead title="Home" after={<span className="text-2">{summary}</span>} />
      <QueryView query={query} rows={12}>
        {(home) => (
          <>
            <HealthStrip components={home.components} />
            <RunsPerHour home={home} />
            <div className="home-columns">
              <NeedsYou problems={home.problems} />
              <div className="stack">
                <RunningNow runs={home.running} />
                <NextRuns runs={home.next_runs} />
              </div>
            </div>
          </>
        )}
      </QueryView>
    </>
  );
}

/** The page in one line: `2 Dags failing, 1 run late, all components up`. */
export function describeHome(home: UiHome): string {
  const failing = new Set(
    home.problems.flatMap((problem) => (problem.kind === "failure" ? [problem.dag_id] : [])),
  ).size;
  return [
    failing === 0 ? "" : `${renderPlural(failing, "Dag")} failing`,
    home.totals.late === 0 ? "" : `${renderPlural(home.totals.late, "run")} late`,
    describeHealth(home) ?? "all components up",
  ]
    .filter((part) => part !== "")
    .join(", ");
}
