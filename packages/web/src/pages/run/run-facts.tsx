import type { DagRun } from "@airloom/api";
import { momentOf } from "../../app/time.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Panel } from "../../ui/panel.tsx";

const TRIGGERS = {
  asset: "Asset",
  backfill: "Backfill",
  cli: "CLI",
  operator: "Task",
  rest_api: "REST API",
  test: "Test",
  timetable: "Schedule",
  ui: "UI",
} as const satisfies Readonly<Record<NonNullable<DagRun["triggered_by"]>, string>>;

/** What a run was started with. */
export function RunFacts({ run }: { readonly run: DagRun }) {
  const hasConf = run.conf !== null && Object.keys(run.conf).length > 0;
  return (
    <div className="stack">
      <Panel title="Details">
        <div className="panel-body">
          <Facts
            facts={{
              "Run ID": <span className="mono">{run.dag_run_id}</span>,
              "Logical date": momentOf(run.logical_date),
              "Interval start": momentOf(run.data_interval_start),
              "Interval end": momentOf(run.data_interval_end),
              Queued: momentOf(run.queued_at),
              Started: momentOf(run.start_date),
              Ended: momentOf(run.end_date),
              "Triggered by": run.triggered_by && TRIGGERS[run.triggered_by],
            }}
          />
        </div>
      </Panel>
      {hasConf && (
        <Panel title="Conf">
          <pre className="code padded">{JSON.stringify(run.conf, null, 2)}</pre>
        </Panel>
      )}
    </div>
  );
}
