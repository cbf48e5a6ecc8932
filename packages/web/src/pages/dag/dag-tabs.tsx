import type { UiGrid } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import type { DAG_TABS } from "../../app/search.ts";
import { renderCount } from "../../format/number.ts";

type Tab = (typeof DAG_TABS)[number];

/** The views of a Dag. */
export function DagTabs({ grid, tab }: { readonly grid: UiGrid; readonly tab: Tab }) {
  const tabs: readonly { readonly tab: Tab; readonly label: string; readonly count?: number }[] = [
    { tab: "grid", label: "Grid" },
    { tab: "runs", label: "Runs", count: grid.total_runs },
    {
      tab: "tasks",
      label: "Tasks",
      count: grid.graph.nodes.filter((n) => n.kind === "task").length,
    },
    { tab: "code", label: "Code" },
    { tab: "details", label: "Details" },
  ];
  return (
    <nav className="tabs" aria-label="Views of the Dag">
      {tabs.map(({ tab: name, label, count }) => (
        <Link
          key={name}
          from="/dags/$dagId"
          to="/dags/$dagId"
          params={{ dagId: grid.dag.dag_id }}
          search={(old) => ({ ...old, tab: name })}
          className="tab"
          activeProps={{}}
          aria-current={name === tab ? "page" : undefined}
        >
          {label}
          {count !== undefined && <span className="count">{renderCount(count)}</span>}
        </Link>
      ))}
    </nav>
  );
}
