import type { OperationSpec } from "../operation-spec.ts";
import * as admin from "../schemas/admin.ts";
import * as dag from "../schemas/dag.ts";
import * as task from "../schemas/task-instance.ts";
import * as ui from "../schemas/ui.ts";
import * as uiDag from "../schemas/ui-dag.ts";
import * as event from "../schemas/ui-event.ts";
import * as grid from "../schemas/ui-grid.ts";
import * as home from "../schemas/ui-home.ts";
import * as log from "../schemas/ui-log.ts";
import * as node from "../schemas/ui-node.ts";

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
    response: home.UiHome,
  },
  listUiDags: {
    tag: "UI",
    summary: "Answers the Dags page",
    access: "viewer",
    status: 200,
    query: uiDag.UiDagListQuery,
    response: uiDag.UiDagCollection,
  },
  getUiGrid: {
    tag: "UI",
    summary: "Answers a Dag's page: history, graph and dbt nodes",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    query: grid.UiGridQuery,
    response: grid.UiGrid,
  },
  getUiBrokenFile: {
    tag: "UI",
    summary: "Answers the text of a Dag file that cannot be read",
    access: "viewer",
    status: 200,
    params: admin.ImportErrorPath,
    response: home.UiBrokenFile,
  },
  listUiNodes: {
    tag: "UI",
    summary: "Answers the dbt nodes of one attempt",
    access: "viewer",
    status: 200,
    params: node.UiNodePath,
    query: node.UiNodesQuery,
    response: node.UiNodes,
  },
  viewLog: {
    tag: "UI",
    summary: "Looks at some lines of a log, with true counts of all of it",
    access: "viewer",
    status: 200,
    params: task.LogPath,
    query: log.UiLogQuery,
    response: log.UiLog,
  },
  downloadLog: {
    tag: "UI",
    summary: "Streams the chosen lines of a log as text",
    access: "viewer",
    status: 200,
    params: task.LogPath,
    query: log.UiLogFilter,
    media: "text/plain",
  },
  explainTaskInstance: {
    tag: "UI",
    summary: "Tells why a task instance is not running",
    access: "viewer",
    status: 200,
    params: node.UiNodePath,
    query: task.MapIndexQuery,
    response: ui.UiExplanation,
  },
  rerunNodes: {
    tag: "UI",
    summary: "Runs dbt nodes of a task again, and what follows the task",
    access: "editor",
    status: 200,
    params: node.UiNodePath,
    body: node.RerunNodesBody,
    response: node.RerunNodes,
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
    query: event.UiEventsQuery,
    media: "text/event-stream",
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
