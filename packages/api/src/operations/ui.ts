import type { OperationSpec } from "../operation-spec.ts";
import * as dag from "../schemas/dag.ts";
import * as task from "../schemas/task-instance.ts";
import * as ui from "../schemas/ui.ts";

/** What only the web app asks for. */
export const UI_OPERATIONS = {
  getUiConfig: {
    tag: "UI",
    summary: "Names the installation and the user",
    access: "open",
    status: 200,
    response: ui.UiConfig,
  },
  getUiHome: {
    tag: "UI",
    summary: "Answers the home page",
    access: "viewer",
    status: 200,
    response: ui.UiHome,
  },
  listUiDags: {
    tag: "UI",
    summary: "Answers the Dags page",
    access: "viewer",
    status: 200,
    query: ui.UiDagListQuery,
    response: ui.UiDagCollection,
  },
  getUiGrid: {
    tag: "UI",
    summary: "Answers a Dag's page: history, graph and dbt nodes",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    query: ui.UiGridQuery,
    response: ui.UiGrid,
  },
  listUiNodes: {
    tag: "UI",
    summary: "Answers the dbt nodes of one attempt",
    access: "viewer",
    status: 200,
    params: ui.UiNodePath,
    query: ui.UiNodesQuery,
    response: ui.UiNodes,
  },
  explainTaskInstance: {
    tag: "UI",
    summary: "Tells why a task instance is not running",
    access: "viewer",
    status: 200,
    params: ui.UiNodePath,
    query: task.MapIndexQuery,
    response: ui.UiExplanation,
  },
  rerunNodes: {
    tag: "UI",
    summary: "Runs dbt nodes of a task again, and what follows the task",
    access: "editor",
    status: 200,
    params: ui.UiNodePath,
    body: ui.RerunNodesBody,
    response: ui.RerunNodes,
  },
  listConnectionTypes: {
    tag: "UI",
    summary: "Lists connection types with the fields of their forms",
    access: "viewer",
    status: 200,
    response: ui.UiConnectionTypeCollection,
  },
  streamEvents: {
    tag: "UI",
    summary: "Streams what changes, as server-sent events",
    access: "viewer",
    status: 200,
    query: ui.UiEventsQuery,
    media: "text/event-stream",
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
