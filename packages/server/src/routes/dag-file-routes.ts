import { AirloomError } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { findDagOrThrow } from "../http/find-or-throw.ts";
import type { Handlers } from "../http/handler.ts";
import { loadAll } from "../http/load-all.ts";
import { cut, pageOf } from "../http/page.ts";
import { matchesPattern } from "../http/pattern.ts";
import { sortItems } from "../http/sort-items.ts";
import { renderImportError } from "../wire/admin-wire.ts";
import { renderDagVersion, renderTask } from "../wire/dag-wire.ts";
import { renderInstant } from "../wire/instants.ts";

type Ids =
  | "listTasks"
  | "getTask"
  | "listDagVersions"
  | "getDagVersion"
  | "getDagSource"
  | "listImportErrors"
  | "getImportError"
  | "getUiBrokenFile";

const TASK_ORDER = { task_id: "task_id", task_display_name: "task_display_name" } as const;
const VERSION_ORDER = {
  version_number: "version",
  id: "version",
  created_at: "createdAt",
} as const;
const ERROR_ORDER = { import_error_id: "id", id: "id", timestamp: "at", filename: "file" } as const;

/** What Dag files say: tasks, versions, sources, and why a file cannot be read. */
export function dagFileRoutes(context: ServerContext): Handlers<Ids> {
  const { store } = context;
  return {
    listTasks: async ({ params, query }) => {
      const { spec } = await findDagOrThrow(store, params.dag_id);
      const { orderBy = [] } = pageOf({ limit: 1, offset: 0, ...query }, TASK_ORDER, []);
      const tasks = sortItems(spec.tasks, orderBy, (task, name) =>
        name === "task_id" ? task.taskId : task.displayName,
      );
      return {
        tasks: tasks.map((task) => renderTask(task, spec)),
        total_entries: tasks.length,
      };
    },

    getTask: async ({ params }) => {
      const { spec } = await findDagOrThrow(store, params.dag_id);
      const task = spec.tasks.find((candidate) => candidate.taskId === params.task_id);
      if (task === undefined) {
        throw new AirloomError(
          "task.not_found",
          `Cannot find task "${params.task_id}" in Dag "${params.dag_id}"`,
        );
      }
      return renderTask(task, spec);
    },

    listDagVersions: async ({ params, query }) => {
      const dag = await findDagOrThrow(store, params.dag_id);
      const page = pageOf(query, VERSION_ORDER, ["-version"]);
      const { items, total } = await store.listDagVersions(dag.dagId, page);
      const { displayName } = dag.spec;
      return {
        dag_versions: cut(items, query.limit).map((version) =>
          renderDagVersion({ ...version, displayName }),
        ),
        total_entries: total,
      };
    },

    getDagVersion: async ({ params }) => {
      const version = await findVersionOrThrow(context, params.dag_id, params.version_number);
      return renderDagVersion({ ...version, displayName: version.spec.displayName });
    },

    getDagSource: async ({ params, query }) => {
      const version = await findVersionOrThrow(context, params.dag_id, query.version_number);
      return {
        content: version.source,
        dag_id: version.dagId,
        version_number: version.version,
        dag_display_name: version.spec.displayName,
      };
    },

    listImportErrors: async ({ query }) => {
      const page = pageOf(query, ERROR_ORDER, ["id"]);
      const { filename_pattern: pattern } = query;
      if (pattern === undefined) {
        const { items, total } = await store.listImportErrors(page);
        return {
          import_errors: cut(items, query.limit).map(renderImportError),
          total_entries: total,
        };
      }
      const all = await loadAll((next) => store.listImportErrors(next));
      const chosen = all.filter((error) => matchesPattern(pattern, error.file));
      return {
        import_errors: chosen
          .slice(query.offset, query.offset + query.limit)
          .map(renderImportError),
        total_entries: chosen.length,
      };
    },

    getImportError: async ({ params }) => {
      return renderImportError(await findErrorOrThrow(context, params.import_error_id));
    },

    getUiBrokenFile: async ({ params }) => {
      const { file, at, source } = await findErrorOrThrow(context, params.import_error_id);
      return { filename: file, timestamp: renderInstant(at), content: source };
    },
  };
}

async function findErrorOrThrow({ store }: ServerContext, id: number) {
  const found = await store.findImportError(String(id));
  if (found === undefined) {
    throw new AirloomError(
      "dag.not_found",
      `Cannot find import error ${id}: its file may have been mended`,
    );
  }
  return found;
}

async function findVersionOrThrow(
  { store }: ServerContext,
  dagId: string,
  version: number | undefined,
) {
  await findDagOrThrow(store, dagId);
  const found = await store.findDagVersion(dagId, version);
  if (found === undefined) {
    throw new AirloomError("dag.not_found", `Cannot find version ${version} of Dag "${dagId}"`);
  }
  return found;
}
