import type { UiDag } from "@airloom/api";
import { Link, useNavigate } from "@tanstack/react-router";
import { Instant, Took, ZonedTime } from "../../app/time.tsx";
import { useRefusal } from "../../app/use-refusal.ts";
import { badnessOf, NODE_LOOKS, parseNodeState } from "../../states/node-state.ts";
import { RunBars } from "../../states/run-bars.tsx";
import { RunLabel } from "../../states/run-label.tsx";
import { lookOfRun } from "../../states/run-state.ts";
import { StateCount, StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { IconButton } from "../../ui/button.tsx";
import { PauseSwitch } from "../dag/pause-switch.tsx";
import { ScheduleText } from "../dag/schedule-text.tsx";
import { TypeErrorBadge } from "./type-error-badge.tsx";

/** Rows on a wide screen, two-line entries on a phone. */
export function DagTable({ dags }: { readonly dags: readonly UiDag[] }) {
  return (
    <>
      <WideTable dags={dags} />
      <ul className="phone-list phone-only">
        {dags.map((dag) => (
          <PhoneEntry key={dag.dag_id} dag={dag} />
        ))}
      </ul>
      <p className="key-hints text-3 small wide-only">
        <kbd>J</kbd> <kbd>K</kbd> move <kbd>T</kbd> trigger <kbd>P</kbd> pause <kbd>?</kbd> all keys
      </p>
    </>
  );
}

function WideTable({ dags }: { readonly dags: readonly UiDag[] }) {
  const hasDbt = dags.some(({ dbt_nodes }) => dbt_nodes !== null);
  return (
    <div className="panel wide-only dag-table">
      <table className="table fixed">
        <colgroup>
          <col style={{ width: 46 }} />
          <col />
          <col style={{ width: 116 }} />
          <col style={{ width: 156 }} />
          <col style={{ width: 90 }} />
          <col style={{ width: 84 }} />
          <col style={{ width: 82 }} />
          <col style={{ width: 118 }} />
          {hasDbt && <col style={{ width: 112 }} />}
          <col style={{ width: 104 }} />
          <col style={{ width: 44 }} />
        </colgroup>
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">On</span>
            </th>
            <th>Dag</th>
            <th>Schedule</th>
            <th>Last 24 runs by duration</th>
            <th>Last run</th>
            <th>When</th>
            <th className="number">Took</th>
            <th>Next run (UTC)</th>
            {hasDbt && <th>dbt nodes</th>}
            <th>Owner</th>
            <th>
              <span className="visually-hidden">Trigger</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {dags.map((dag) => (
            <Row key={dag.dag_id} dag={dag} hasDbt={hasDbt} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ dag, hasDbt }: { readonly dag: UiDag; readonly hasDbt: boolean }) {
  const navigate = useNavigate({ from: "/dags" });
  const refusal = useRefusal("editor", dag.dag_id);
  const last = dag.runs.at(-1);
  return (
    <tr data-row>
      <td>
        <PauseSwitch dagId={dag.dag_id} isPaused={dag.is_paused} />
      </td>
      <td>
        <NameCell dag={dag} />
      </td>
      <td>
        <ScheduleText dag={dag} />
      </td>
      <td>
        <RunBars runs={dag.runs} />
      </td>
      <td>
        {last !== undefined && (
          <Link
            to="/dags/$dagId/runs/$runId"
            params={{ dagId: dag.dag_id, runId: last.dag_run_id }}
          >
            <RunLabel run={last} />
          </Link>
        )}
      </td>
      <td className="text-2">
        <Instant at={last?.end_date ?? last?.start_date} />
      </td>
      <td className="number text-2">
        <Took start={last?.start_date} end={last?.end_date} />
      </td>
      <td>
        <NextRun dag={dag} />
      </td>
      {hasDbt && (
        <td>
          <NodeCounts nodes={dag.dbt_nodes} />
        </td>
      )}
      <td className="text-2">{dag.owners.join(", ")}</td>
      <td>
        <span data-key="t">
          <IconButton
            isSmall
            acts
            disabledReason={refusal}
            icon="play"
            label={`Trigger ${dag.dag_id}`}
            onClick={() => void navigate({ search: (old) => ({ ...old, trigger: dag.dag_id }) })}
          />
        </span>
      </td>
    </tr>
  );
}

function NameCell({ dag }: { readonly dag: UiDag }) {
  const [first, ...more] = dag.tags;
  return (
    <span className="row">
      {dag.has_import_errors && (
        <StateIcon look={{ ...TASK_LOOKS.failed, label: "import error" }} />
      )}
      <Link
        to="/dags/$dagId"
        params={{ dagId: dag.dag_id }}
        className="dag-name ellipsis"
        title={dag.description ?? dag.dag_id}
      >
        {dag.dag_display_name}
      </Link>
      <TypeErrorBadge dag={dag} />
      {first !== undefined && <span className="tag">{first}</span>}
      {more.length > 0 && (
        <span className="tiny text-3 nowrap" title={more.join(", ")}>
          +{more.length}
        </span>
      )}
    </span>
  );
}

function NextRun({
  dag,
  isZoned = false,
}: {
  readonly dag: UiDag;
  /** Where no head of a column names the zone. */
  readonly isZoned?: boolean;
}) {
  if (dag.is_paused) return <span className="text-3">paused</span>;
  if (dag.next_dagrun_run_after === null) return <span className="text-3">manual only</span>;
  return (
    <>
      <Instant at={dag.next_dagrun_run_after} />{" "}
      <span className="text-3">
        {isZoned ? (
          <ZonedTime at={dag.next_dagrun_run_after} zone={dag.timezone} />
        ) : (
          <Instant at={dag.next_dagrun_run_after} as="short" zone={dag.timezone} />
        )}
      </span>
    </>
  );
}

/** dbt nodes worst first; what was skipped is left out, because its cause is counted. */
function NodeCounts({ nodes }: { readonly nodes: UiDag["dbt_nodes"] }) {
  const { success = 0, pass = 0, skipped: _, ...others } = nodes ?? {};
  const counts = Object.entries({ ...others, success: success + pass })
    .map(([state, count]) => ({ state: parseNodeState(state), count: count ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => badnessOf(a.state) - badnessOf(b.state));
  return (
    <span className="row counts">
      {counts.map(({ state, count }) => (
        <StateCount key={state} look={NODE_LOOKS[state]} count={count} />
      ))}
    </span>
  );
}

function PhoneEntry({ dag }: { readonly dag: UiDag }) {
  const last = dag.runs.at(-1);
  return (
    <li data-row>
      <Link to="/dags/$dagId" params={{ dagId: dag.dag_id }} className="phone-entry">
        <StateIcon look={last === undefined ? TASK_LOOKS.none : lookOfRun(last)} />
        <b className="ellipsis grow">{dag.dag_display_name}</b>
        <span className="text-2 small">
          <Instant at={last?.end_date ?? last?.start_date} />
        </span>
        <span className="text-2 small ellipsis phone-second">
          <ScheduleText dag={dag} /> · <NextRun dag={dag} isZoned />
        </span>
        <RunBars runs={dag.runs} />
      </Link>
    </li>
  );
}
