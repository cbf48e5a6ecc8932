import { useNow } from "../../app/services.ts";
import { renderDuration } from "../../format/duration.ts";
import { NODE_LOOKS } from "../../states/node-state.ts";
import { Panel } from "../../ui/panel.tsx";
import { type Axis, axisOf, barOf } from "../task/node-order.ts";
import { uiNodeOf } from "./dbt-state.ts";
import type { DbtNode } from "./dbt-wire.ts";
import { lanesOf } from "./lanes.ts";

/** One lane per thread, so that idle threads and the longest chain are seen at once. */
export function ThreadTiming({ nodes }: { readonly nodes: readonly DbtNode[] }) {
  const now = useNow();
  const lanes = lanesOf(nodes);
  const axis = axisOf(nodes.map(uiNodeOf), now);
  if (axis === undefined) return null;
  return (
    <Panel
      title="Model timing"
      hint={`by thread, ${renderDuration((axis.to - axis.from) / 1_000)} in all`}
    >
      <div className="lanes">
        {lanes.map(({ thread, nodes: members }) => (
          <div key={thread} className="lane">
            <span className="tiny text-2">{thread}</span>
            <div className="lane-bars">
              {members.map((node) => (
                <LaneBar key={`${node.unique_id} ${node.step_index}`} node={node} axis={axis} />
              ))}
            </div>
          </div>
        ))}
      </div>
    </Panel>
  );
}

/** A name needs about this share of the lane to be readable inside its bar. */
const ROOM_FOR_NAME = 0.14;

function LaneBar({ node, axis }: { readonly node: DbtNode; readonly axis: Axis }) {
  const now = useNow();
  const shown = uiNodeOf(node, 0);
  const bar = barOf(shown, axis, now);
  if (bar === undefined) return null;
  const { colour, label } = NODE_LOOKS[shown.state];
  const isQuiet = shown.state === "success" || shown.state === "pass";
  const took = node.execution_time === null ? "" : `, ${renderDuration(node.execution_time)}`;
  return (
    <span
      className={isQuiet ? "lane-bar quiet" : "lane-bar"}
      title={`${node.name}: ${label}${took}`}
      style={{
        left: `${bar.left * 100}%`,
        width: `${bar.width * 100}%`,
        background: isQuiet
          ? `color-mix(in srgb, var(${colour}) 26%, var(--bg-surface))`
          : `var(${colour})`,
      }}
    >
      {bar.width > ROOM_FOR_NAME && node.name}
    </span>
  );
}
