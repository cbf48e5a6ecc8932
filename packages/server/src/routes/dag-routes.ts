import { AirloomError } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { listDags } from "../dags/list-dags.ts";
import { findDagOrThrow } from "../http/find-or-throw.ts";
import type { Handlers } from "../http/handler.ts";
import { loadAll } from "../http/load-all.ts";
import { cut } from "../http/page.ts";
import { matchesPattern } from "../http/pattern.ts";
import { renderDag, renderDagDetails } from "../wire/dag-wire.ts";

type Ids = "listDags" | "getDag" | "getDagDetails" | "patchDag" | "deleteDag" | "listDagTags";

/** Dags as a whole. */
export function dagRoutes(context: ServerContext): Handlers<Ids> {
  const { store, operations } = context;
  return {
    listDags: async ({ query }) => {
      const { items, total } = await listDags(store, query);
      return { dags: cut(items, query.limit).map(renderDag), total_entries: total };
    },

    getDag: async ({ params }) => renderDag(await findDagOrThrow(store, params.dag_id)),

    getDagDetails: async ({ params }) => {
      const dag = await findDagOrThrow(store, params.dag_id);
      const [activeRuns, version] = await Promise.all([
        store.countActiveRuns(dag.dagId),
        store.findDagVersion(dag.dagId, dag.version),
      ]);
      return renderDagDetails(dag, {
        activeRuns,
        versionCreatedAt: version?.createdAt ?? dag.parsedAt,
      });
    },

    patchDag: async ({ params, query, body, user }) => {
      const mask = query.update_mask ?? ["is_paused"];
      if (mask.some((name) => name !== "is_paused")) {
        throw new AirloomError(
          "input.invalid",
          `Cannot update ${mask.join(", ")} of a Dag: only is_paused may be changed`,
        );
      }
      await findDagOrThrow(store, params.dag_id);
      await operations.setPaused(params.dag_id, body.is_paused, user?.username ?? null);
      return renderDag(await findDagOrThrow(store, params.dag_id));
    },

    deleteDag: async ({ params }) => {
      const dag = await findDagOrThrow(store, params.dag_id);
      if (dag.isActive && (await store.countActiveRuns(dag.dagId)) > 0) {
        throw new AirloomError(
          "run.conflict",
          `Cannot delete Dag "${dag.dagId}" while it has active runs: mark or finish them first`,
        );
      }
      await store.deleteDag(dag.dagId);
      return null;
    },

    listDagTags: async ({ query }) => {
      const dags = await loadAll((page) => store.listDags({ active: true }, page));
      const tags = [...new Set(dags.flatMap((dag) => dag.spec.tags))]
        .filter((tag) => matchesPattern(query.tag_name_pattern ?? "%", tag))
        .toSorted((a, b) => a.localeCompare(b, "en"));
      return {
        tags: tags.slice(query.offset, query.offset + query.limit),
        total_entries: tags.length,
      };
    },
  };
}
