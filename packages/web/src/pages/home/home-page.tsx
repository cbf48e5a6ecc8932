import type { UiHome } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { homeQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { describeHealth } from "../../app/platform-nav.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { useApi, useConnection } from "../../app/services.ts";
import { renderPlural } from "../../format/number.ts";
import { Empty } from "../../ui/empty.tsx";
import { HealthStrip } from "./health-strip.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { NextRuns } from "./next-runs.tsx";
import { Notices } from "./notices.tsx";
import { OnlyPaused, PausedDags } from "./paused-dags.tsx";
import { RunningNow } from "./running-now.tsx";
import { RunsPerHour } from "./runs-per-hour.tsx";

/** What needs me? */
export function HomePage() {
  const query = useQuery(homeQuery(useApi()));
  const connection = useConnection();
  const isLost = connection.kind === "lost";
  const summary = query.data === undefined || isLost ? "" : describeHome(query.data);
  return (
    <>
      <PageHead title="Home" after={<span className="text-2">{summary}</span>} />
      <QueryView query={query} rows={12}>
        {(home) => (
          <>
            <HealthStrip components={home.components} />
            <Notices />
            {home.dag_count === 0 && home.problems.total === 0 ? (
              <FirstDag />
            ) : (
              <Overview home={home} />
            )}
          </>
        )}
      </QueryView>
    </>
  );
}

function Overview({ home }: { readonly home: UiHome }) {
  return (
    <>
      <OnlyPaused home={home} />
      <div className="home-columns">
        <NeedsYou problems={home.problems} dagCount={home.dag_count} />
        <div className="stack">
          <RunningNow runs={home.running} />
          <NextRuns runs={home.next_runs} pausedCount={home.paused.total} />
          <PausedDags paused={home.paused} />
          <RunsPerHour home={home} />
        </div>
      </div>
    </>
  );
}

function FirstDag() {
  return (
    <div className="panel">
      <Empty title="No Dags yet" command="airloom dev init my-project">
        <p>
          Save a Dag file in the project’s folder dags/: it appears here within a second. For a
          project with a Dag to begin with:
        </p>
      </Empty>
    </div>
  );
}

/** The page in one line: `2 Dags failing, 1 run late, all components up`. */
export function describeHome(home: UiHome): string {
  const { failing_dags: failing, late, success_with_failures: troubled } = home.totals;
  return [
    failing === 0 ? "" : `${renderPlural(failing, "Dag")} failing`,
    troubled === 0 ? "" : `${renderPlural(troubled, "run")} succeeded with failures inside`,
    late === 0 ? "" : `${renderPlural(late, "run")} late`,
    describeHealth(home) ?? "all components up",
  ]
    .filter((part) => part !== "")
    .join(", ");
}
