import type { DagRun } from "@airloom/api";
import { Instant } from "../../app/time.tsx";
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
              "Logical date": run.logical_date && <Instant at={run.logical_date} as="moment" />,
              "Interval start": run.data_interval_start && (
                <Instant at={run.data_interval_start} as="moment" />
              ),
              "Interval end": run.data_interval_end && (
                <Instant at={run.data_interval_end} as="moment" />
              ),
              Queued: run.queued_at && <Instant at={run.queued_at} as="moment" />,
              Started: run.start_date && <Instant at={run.start_date} as="moment" />,
              Ended: run.end_date && <Instant at={run.end_date} as="moment" />,
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
