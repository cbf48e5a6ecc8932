import type { UiNode } from "@airloom/api";
import { useState } from "react";
import { useRefusal } from "../../app/use-refusal.ts";
import { NODE_LOOKS } from "../../states/node-state.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeView } from "../../ui/code-view.tsx";
import { Command } from "../../ui/command.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Panel } from "../../ui/panel.tsx";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { Segments } from "../../ui/segments.tsx";
import { messageBodyOf } from "./first-error.ts";

/** One dbt node: its compiled SQL with the line of the error, what the database said, and a rerun from here. */
export function NodePane({
  dagId,
  node,
  onRerun,
}: {
  /** The Dag that a rerun takes; none where it is the job's own. */
  readonly dagId?: string;
  readonly node: UiNode;
  readonly onRerun: (select: string) => void;
}) {
  const [view, setView] = useState<"sql" | "facts">(node.compiled_sql === null ? "facts" : "sql");
  const refusal = useRefusal("editor", dagId);
  const select = `${node.name}+`;
  return (
    <Panel
      title={
        <span className="state">
          <StateIcon look={NODE_LOOKS[node.state]} />
          {node.name}
        </span>
      }
      actions={
        node.compiled_sql !== null && (
          <Segments
            label="View of the node"
            isCompact
            value={view}
            onChange={setView}
            segments={[
              { value: "sql", label: "Compiled" },
              { value: "facts", label: "Facts" },
            ]}
          />
        )
      }
      foot={
        <>
          <div className="grow">
            <Command text={`dbt build --select ${select}`} />
          </div>
          <Button
            acts
            size="small"
            icon="play"
            disabledReason={refusal}
            onClick={() => onRerun(select)}
          >
            Rerun from here
          </Button>
        </>
      }
    >
      {view === "sql" && node.compiled_sql !== null ? (
        <div className="node-sql">
          <CodeView
            text={node.compiled_sql}
            hit={node.compiled_line}
            language="sql"
            label="Compiled SQL"
          />
        </div>
      ) : (
        <div className="panel-body">
          <NodeFacts node={node} />
        </div>
      )}
      {node.message !== null && (
        <ScrollRegion className="node-message" label="Message of the database">
          {messageBodyOf(node.message)}
        </ScrollRegion>
      )}
    </Panel>
  );
}

function NodeFacts({ node }: { readonly node: UiNode }) {
  return (
    <Facts
      facts={{
        "Unique ID": <span className="mono">{node.unique_id}</span>,
        Relation: node.relation_name && <span className="mono">{node.relation_name}</span>,
        File: node.file && <span className="mono">{node.file}</span>,
        Failures: node.failures,
        "Depends on": node.depends_on.join(", "),
      }}
    />
  );
}
