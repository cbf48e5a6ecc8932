import {
  AirloomError,
  SecretMask,
  type Store,
  type TaskInstance,
  type TaskTry,
} from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { explainTaskInstance } from "../explain-task-instance.ts";
import { findRunOrThrow, findTaskInstanceOrThrow } from "../http/find-or-throw.ts";
import type { Call, Handlers } from "../http/handler.ts";
import { cut, pageOf } from "../http/page.ts";
import { matchesPattern } from "../http/pattern.ts";
import { sortItems } from "../http/sort-items.ts";
import type { DagVersions } from "../wire/dag-versions.ts";
import { copyJson } from "../wire/dag-wire.ts";
import { renderInstant, renderInstantOrNull } from "../wire/instants.ts";
import { versionKeyOf } from "../wire/run-wire.ts";
import { renderTry } from "../wire/task-instance-wire.ts";

type Ids = "listTries" | "getTry" | "listLinks" | "listDependencies" | "listXComs" | "getXCom";

const XCOM_ORDER = { key: "key", xcom_key: "key", timestamp: "timestamp" } as const;

/** What an attempt left behind. */
export function attemptRoutes(context: ServerContext, versions: DagVersions): Handlers<Ids> {
  const { store } = context;

  /** A task instance with its run and its Dag's version: what every answer here is told with. */
  async function findPlaced(
    params: Call<"listTries">["params"],
    query: { readonly map_index: number },
  ) {
    const run = await findRunOrThrow(store, params);
    const taskInstance = await findTaskInstanceOrThrow(store, params, query.map_index);
    const version = await versions.find(versionKeyOf(run));
    const task = version.spec?.tasks.find(({ taskId }) => taskId === taskInstance.taskId);
    return { run, taskInstance, version, task };
  }

  return {
    listTries: async ({ params, query }) => {
      const placed = await findPlaced(params, query);
      const tries = await loadTries(context, placed.taskInstance);
      return {
        task_instances: tries.map((attempt) => renderTry(placed.taskInstance, attempt, placed)),
        total_entries: tries.length,
      };
    },

    getTry: async ({ params, query }) => {
      const placed = await findPlaced(params, query);
      const tries = await loadTries(context, placed.taskInstance);
      const attempt = tries.find(({ tryNumber }) => tryNumber === params.task_try_number);
      if (attempt === undefined) {
        throw new AirloomError(
          "task.not_found",
          `Cannot find try ${params.task_try_number} of task "${params.task_id}"`,
        );
      }
      return renderTry(placed.taskInstance, attempt, placed);
    },

    listLinks: async ({ params, query }) => {
      const { taskInstance, task } = await findPlaced(params, query);
      const mask = await loadMask(store);
      const xcoms = await store.listXComs(taskInstance);
      const links = (task?.links ?? []).map(({ name, xcomKey }) => {
        const entry = xcoms.find(({ key }) => key === xcomKey);
        const value = entry && mask.maskShown(entry.shown ?? entry.value);
        return [name, isWebAddress(value) ? value : null] as const;
      });
      return { extra_links: Object.fromEntries(links), total_entries: links.length };
    },

    listDependencies: async ({ params, query }) => {
      const { taskInstance } = await findPlaced(params, query);
      const reasons = await explainTaskInstance(context, versions, taskInstance);
      return {
        dependencies: reasons.map(({ code, message }) => ({ name: code, reason: message })),
      };
    },

    listXComs: async ({ params, query }) => {
      const { run, taskInstance, version, task } = await findPlaced(params, query);
      const { orderBy = [] } = pageOf(query, XCOM_ORDER, ["key"]);
      const chosen = (await store.listXComs(taskInstance))
        .map((entry) => ({
          key: entry.key,
          timestamp: renderInstant(entry.at),
          logical_date: renderInstantOrNull(run.logicalDate),
          map_index: entry.mapIndex,
          task_id: entry.taskId,
          dag_id: entry.dagId,
          run_id: entry.runId,
          dag_display_name: version.spec?.displayName ?? entry.dagId,
          task_display_name: task?.displayName ?? entry.taskId,
          run_after: renderInstant(run.runAfter),
        }))
        .filter(({ key }) => query.xcom_key === undefined || query.xcom_key === key)
        .filter(({ key }) => matchesPattern(query.xcom_key_pattern ?? "%", key));
      const sorted = sortItems(chosen, orderBy, (entry, name) =>
        name === "key" ? entry.key : entry.timestamp,
      );
      return {
        xcom_entries: cut(sorted.slice(query.offset), query.limit),
        total_entries: chosen.length,
      };
    },

    getXCom: async ({ params, query }) => {
      const { run, taskInstance, version, task } = await findPlaced(params, query);
      const { dagId, runId, taskId, mapIndex } = taskInstance;
      const key = params.xcom_key;
      const mask = await loadMask(store);
      const entry = await store.findXCom({ dagId, runId, taskId, mapIndex, key });
      if (entry === undefined) {
        throw new AirloomError(
          "xcom.not_found",
          `Cannot find XCom "${key}" of task "${taskId}": the task has not pushed it`,
        );
      }
      const shown = mask.maskShown(entry.shown ?? entry.value);
      return {
        key,
        timestamp: renderInstant(entry.at),
        logical_date: renderInstantOrNull(run.logicalDate),
        map_index: mapIndex,
        task_id: taskId,
        dag_id: dagId,
        run_id: runId,
        dag_display_name: version.spec?.displayName ?? dagId,
        task_display_name: task?.displayName ?? taskId,
        run_after: renderInstant(run.runAfter),
        value: query.stringify ? JSON.stringify(shown) : copyJson(shown),
      };
    },
  };
}

/** Tasks hand on secrets as they are; people are shown none that the platform knows. */
async function loadMask(store: Pick<Store, "loadSecrets">): Promise<SecretMask> {
  const mask = new SecretMask();
  for (const secret of await store.loadSecrets()) mask.add(secret);
  return mask;
}

/** The tries that are over and, last, the one that is not. */
async function loadTries(
  { store }: ServerContext,
  taskInstance: TaskInstance,
): Promise<readonly TaskTry[]> {
  const past = await store.listTries(taskInstance.id);
  const isKnown = past.some(({ tryNumber }) => tryNumber === taskInstance.tryNumber);
  if (isKnown || taskInstance.tryNumber === 0) return past;
  return [...past, taskInstance];
}

/** A link is shown to people: nothing but the web's own schemes may come of it. */
function isWebAddress(value: unknown): value is string {
  return (
    typeof value === "string" && URL.canParse(value) && /^https?:$/u.test(new URL(value).protocol)
  );
}
