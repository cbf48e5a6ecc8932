import { Link } from "@tanstack/react-router";
import type { TASK_TABS } from "../../app/search.ts";
import type { AttemptView } from "./task-page.tsx";

type Tab = (typeof TASK_TABS)[number];

/** The views of an attempt; what it does not have is left out. */
export function TaskTabs({ view, tab }: { readonly view: AttemptView; readonly tab: Tab }) {
  const { nodes, instance } = view;
  const tabs: readonly (readonly [Tab, string, number?])[] = [
    ...(nodes.length > 0 ? [["result", "Result", nodes.length] as const] : []),
    ["log", "Log"],
    ["xcom", "XCom"],
    ...(Object.keys(instance.rendered_fields).length > 0
      ? [["rendered", "Rendered"] as const]
      : []),
    ["details", "Details"],
  ];
  return (
    <nav className="tabs" aria-label="Views of the task">
      {tabs.map(([name, label, count]) => (
        <Link
          key={name}
          from="/dags/$dagId/runs/$runId/tasks/$taskId"
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          search={(old) => ({ ...old, tab: name })}
          className="tab"
          data-key={name === "log" ? "l" : undefined}
          aria-current={name === tab ? "page" : undefined}
        >
          {label}
          {count !== undefined && <span className="count">{count}</span>}
        </Link>
      ))}
    </nav>
  );
}
