import { Skeleton } from "../../ui/skeleton.tsx";
import { sortNodes } from "./node-order.ts";
import { NodePane } from "./node-pane.tsx";
import { NodeTable } from "./node-table.tsx";
import { TaskLog } from "./task-log.tsx";
import type { AttemptView } from "./task-page.tsx";
import { useTaskSearch } from "./use-task-search.ts";

/** dbt nodes worst first, what is known of the chosen one, and the log below. */
export function ResultTab({ view }: { readonly view: AttemptView }) {
  const [search, change] = useTaskSearch();
  const { nodes } = view;
  const chosen =
    nodes.find(({ unique_id }) => unique_id === search.node) ?? sortNodes(nodes, "worst")[0];
  if (chosen === undefined) return <Skeleton rows={10} />;
  return (
    <>
      <div className="result-columns">
        <NodeTable nodes={nodes} chosen={chosen.unique_id} onChoose={(node) => change({ node })} />
        <NodePane
          key={chosen.unique_id}
          dagId={view.key.dagId}
          node={chosen}
          onRerun={(select) => change({ dialog: "rerun", select })}
        />
      </div>
      <div className="result-log wide-only">
        <TaskLog view={view} />
      </div>
    </>
  );
}
