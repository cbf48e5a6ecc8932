import type { UiConnectionType } from "@airloom/api";
import type { Store, User } from "@airloom/core";
import { loadViewer } from "../auth/viewer.ts";
import type { ServerContext } from "../context.ts";
import { explainTaskInstance } from "../explain-task-instance.ts";
import { findTaskInstanceOrThrow } from "../http/find-or-throw.ts";
import type { Handlers } from "../http/handler.ts";
import type { ConnectionForm } from "../server-options.ts";
import { chooseNodes, type Rerun } from "../ui/choose-nodes.ts";
import { loadUiGrid } from "../ui/load-grid.ts";
import { loadHome } from "../ui/load-home.ts";
import { loadUiDags } from "../ui/load-ui-dags.ts";
import type { DagVersions } from "../wire/dag-versions.ts";
import { renderNode } from "../wire/node-wire.ts";
import { renderTaskInstances } from "../wire/task-instance-wire.ts";
import { renderUser } from "./login-routes.ts";

type Ids =
  | "getUiConfig"
  | "getUiHome"
  | "listUiDags"
  | "getUiGrid"
  | "listUiNodes"
  | "explainTaskInstance"
  | "rerunNodes"
  | "listConnectionTypes";

/** What the dbt operators read when an attempt begins: run only these nodes. */
const RERUN_STATE = "dbt_cloud.rerun";

/** A path of this machine is for those alone who have signed in. */
function commandFor(isSignedIn: boolean, command = "airloom"): string {
  return isSignedIn || !/[\\/]/u.test(command) ? command : "airloom";
}

/** What our own pages ask for, each page in one request. */
export function uiRoutes(context: ServerContext, versions: DagVersions): Handlers<Ids> {
  const { store, operations } = context;
  return {
    getUiConfig: async ({ user }) => ({
      version: context.version,
      project: context.project,
      environment: context.environment,
      timezone: context.timezone,
      command: commandFor(user !== undefined, context.command),
      default_credentials_hint:
        user === undefined ? (context.defaultCredentialsHint ?? null) : null,
      dbt_service_url: user === undefined ? null : (context.dbtServiceUrl ?? null),
      user: user === undefined ? null : await describeUser(context.everything, user),
      notices: user?.role === "admin" ? [...(context.notices ?? [])] : [],
    }),

    getUiHome: async () => loadHome(context),
    listUiDags: async ({ query }) => loadUiDags(context, query),
    getUiGrid: async ({ params, query }) => loadUiGrid(context, params.dag_id, query),

    listUiNodes: async ({ params, query }) => {
      const taskInstance = await findTaskInstanceOrThrow(store, params, query.map_index);
      const tryNumber = query.try_number ?? taskInstance.tryNumber;
      const nodes = await store.listNodes(taskInstance.id, tryNumber);
      return {
        task_id: taskInstance.taskId,
        map_index: taskInstance.mapIndex,
        dag_run_id: taskInstance.runId,
        try_number: tryNumber,
        nodes: nodes.map(renderNode),
      };
    },

    explainTaskInstance: async ({ params, query }) => {
      const taskInstance = await findTaskInstanceOrThrow(store, params, query.map_index);
      const reasons = await explainTaskInstance(context, versions, taskInstance);
      return { state: taskInstance.state, reasons: [...reasons] };
    },

    rerunNodes: async ({ params, body, user }) => {
      const taskInstance = await findTaskInstanceOrThrow(store, params, body.map_index ?? -1);
      const rerun: Rerun =
        body.select === undefined
          ? { kind: "from_failure" }
          : { kind: "select", select: body.select };
      const nodes = chooseNodes(await store.listNodes(taskInstance.id), rerun);
      const cleared = await operations.clear({
        dagId: taskInstance.dagId,
        runId: taskInstance.runId,
        taskIds: [taskInstance.taskId],
        onlyFailed: false,
        onlyRunning: false,
        includeUpstream: false,
        includeDownstream: body.include_downstream,
        includePast: false,
        includeFuture: false,
        resetDagRuns: true,
        runOnLatestVersion: body.run_on_latest_version,
        preventRunningTask: true,
        dryRun: body.dry_run,
        user: user?.username ?? null,
        taskState: {
          [taskInstance.taskId]: {
            [RERUN_STATE]:
              rerun.kind === "select" ? { select: rerun.select } : { fromFailure: true },
          },
        },
      });
      const rendered = await renderTaskInstances(store, versions, cleared);
      return {
        dry_run: body.dry_run,
        task_instances: [...rendered],
        nodes: nodes.map((node) => ({
          unique_id: node.uniqueId,
          name: node.name,
          state: node.state,
        })),
        total_entries: cleared.length,
      };
    },

    listConnectionTypes: async () => ({
      connection_types: context.connectionTypes.map(renderForm),
      total_entries: context.connectionTypes.length,
    }),
  };
}

/** Who asks, and where they may do more or less than their role says: pages show what is refused before it is tried. */
async function describeUser(store: Store, user: User) {
  const viewer = await loadViewer(store, user);
  if (!viewer.isRestricted) return renderUser(user);
  const roles = viewer.dagIds.flatMap((dagId) => {
    const role = viewer.roleFor(dagId);
    return role === "none" || role === user.role ? [] : [[dagId, role] as const];
  });
  return { ...renderUser(user), dag_roles: Object.fromEntries(roles) };
}

function renderForm(form: ConnectionForm): UiConnectionType {
  return {
    conn_type: form.connType,
    label: form.label,
    fields: form.fields.map((field) => ({
      name: field.name,
      label: field.label,
      kind: field.kind,
      required: field.required ?? false,
      placeholder: field.placeholder ?? null,
      help: field.help ?? null,
      options: [...(field.options ?? [])],
    })),
  };
}
