import type { UiNode } from "@airloom/api";
import { useState } from "react";
import { useNow } from "../../app/services.ts";
import { renderDuration } from "../../format/duration.ts";
import { NODE_LOOKS } from "../../states/node-state.ts";
import { StateCount, StateIcon } from "../../states/state-icon.tsx";
import { Panel } from "../../ui/panel.tsx";
import { headlineOf } from "./first-error.ts";
import {
  type Axis,
  axisOf,
  barOf,
  countStates,
  NODE_ORDERS,
  type NodeOrder,
  sortNodes,
} from "./node-order.ts";

const ORDER_WORDS = {
  worst: "Worst first",
  start: "As they started",
  longest: "Longest first",
} as const satisfies Readonly<Record<NodeOrder, string>>;

/** The dbt nodes of an attempt, with when each ran on one axis. */
export function NodeTable({
  nodes,
  chosen,
  onChoose,
}: {
  readonly nodes: readonly UiNode[];
  readonly chosen: string;
  readonly onChoose: (uniqueId: string) => void;
}) {
  const now = useNow();
  const [order, setOrder] = useState<NodeOrder>("worst");
  const axis = axisOf(nodes, now);
  return (
    <Panel
      title="dbt nodes"
      hint={
        <span className="row counts text-1">
          {countStates(nodes).map(({ state, count }) => (
            <StateCount key={state} look={NODE_LOOKS[state]} count={count} />
          ))}
        </span>
      }
      actions={
        <label className="chip">
          <span className="visually-hidden">Order</span>
          <select
            value={order}
            onChange={(event) => {
              const name = event.currentTarget.value;
              setOrder(NODE_ORDERS.find((candidate) => candidate === name) ?? "worst");
            }}
          >
            {NODE_ORDERS.map((name) => (
              <option key={name} value={name}>
                {ORDER_WORDS[name]}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <div className="scroll node-scroll">
        <table className="table compact fixed node-table">
          <thead>
            <tr>
              <th className="narrow">
                <span className="visually-hidden">State</span>
              </th>
              <th>Node</th>
              <th className="node-type">Type</th>
              <th className="node-timing">
                <AxisLabels axis={axis} />
              </th>
              <th className="node-took number">Took</th>
              <th className="node-result">Result</th>
            </tr>
          </thead>
          <tbody>
            {sortNodes(nodes, order).map((node) => (
              <NodeRow
                key={node.unique_id}
                node={node}
                axis={axis}
                isChosen={node.unique_id === chosen}
                onChoose={onChoose}
              />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function AxisLabels({ axis }: { readonly axis: Axis | undefined }) {
  if (axis === undefined) return null;
  return (
    <span className="row between">
      <span>0</span>
      <span>{renderDuration((axis.to - axis.from) / 1_000)}</span>
    </span>
  );
}

function NodeRow({
  node,
  axis,
  isChosen,
  onChoose,
}: {
  readonly node: UiNode;
  readonly axis: Axis | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (uniqueId: string) => void;
}) {
  return (
    <tr aria-selected={isChosen} data-row>
      <td className="narrow">
        <StateIcon look={NODE_LOOKS[node.state]} />
      </td>
      <td>
        <button
          type="button"
          data-opens
          className={isChosen ? "cell-button strong" : "cell-button"}
          title={node.unique_id}
          onClick={() => onChoose(node.unique_id)}
        >
          {node.name}
        </button>
      </td>
      <td className="node-type text-3">{node.resource_type}</td>
      <td className="node-timing">
        <TimingBar node={node} axis={axis} />
      </td>
      <td className="node-took number">
        {node.execution_time === null || node.state === "skipped" ? (
          <span className="text-3">{node.state === "running" ? "running" : "not run"}</span>
        ) : (
          renderDuration(node.execution_time)
        )}
      </td>
      <td className="node-result text-2" title={node.message ?? ""}>
        {headlineOf(node.message ?? "")}
      </td>
    </tr>
  );
}

function TimingBar({ node, axis }: { readonly node: UiNode; readonly axis: Axis | undefined }) {
  const now = useNow();
  const bar = axis && barOf(node, axis, now);
  const { colour } = NODE_LOOKS[node.state];
  const isQuiet = node.state === "success" || node.state === "pass";
  return (
    <span className="timing">
      {bar !== undefined && (
        <span
          className="timing-bar"
          style={{
            left: `${bar.left * 100}%`,
            width: `${bar.width * 100}%`,
            background: isQuiet
              ? `color-mix(in srgb, var(${colour}) 55%, var(--bg-surface))`
              : `var(${colour})`,
          }}
        />
      )}
    </span>
  );
}
