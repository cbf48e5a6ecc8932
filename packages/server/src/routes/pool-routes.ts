import { AirloomError } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";
import { loadAll } from "../http/load-all.ts";
import { cut, pageOf } from "../http/page.ts";
import { matchesPattern } from "../http/pattern.ts";
import { renderPool } from "../wire/admin-wire.ts";

type Ids = "listPools" | "createPool" | "getPool" | "patchPool" | "deletePool";

const ORDER = { name: "name", pool: "name", id: "name", slots: "slots" } as const;
const DEFAULT_POOL = "default_pool";

/** Pools and their slots. */
export function poolRoutes(context: ServerContext): Handlers<Ids> {
  const { store } = context;

  async function findOrThrow(name: string) {
    const pool = await store.findPool(name);
    if (pool === undefined) throw new AirloomError("pool.not_found", `Cannot find pool "${name}"`);
    return pool;
  }

  return {
    listPools: async ({ query }) => {
      const page = pageOf(query, ORDER, ["name"]);
      const pattern = query.pool_name_pattern;
      if (pattern === undefined) {
        const { items, total } = await store.listPools(page);
        return { pools: cut(items, query.limit).map(renderPool), total_entries: total };
      }
      const all = await loadAll((next) =>
        store.listPools({ ...next, orderBy: page.orderBy ?? [] }),
      );
      const chosen = all.filter(({ name }) => matchesPattern(pattern, name));
      return {
        pools: chosen.slice(query.offset, query.offset + query.limit).map(renderPool),
        total_entries: chosen.length,
      };
    },

    createPool: async ({ body }) => {
      if ((await store.findPool(body.name)) !== undefined) {
        throw new AirloomError(
          "run.conflict",
          `Cannot create pool "${body.name}": there is one of that name`,
        );
      }
      await store.savePool({
        name: body.name,
        slots: body.slots,
        description: body.description ?? null,
        includeDeferred: body.include_deferred,
      });
      return renderPool(await findOrThrow(body.name));
    },

    getPool: async ({ params }) => renderPool(await findOrThrow(params.pool_name)),

    patchPool: async ({ params, query, body }) => {
      const pool = await findOrThrow(params.pool_name);
      if (body.pool != null && body.pool !== pool.name) {
        throw new AirloomError(
          "pool.bad_value",
          `Cannot rename pool "${pool.name}": tasks ask for it by this name`,
        );
      }
      const mask = new Set(query.update_mask ?? Object.keys(body));
      await store.savePool({
        name: pool.name,
        slots: mask.has("slots") ? (body.slots ?? pool.slots) : pool.slots,
        description:
          mask.has("description") && body.description !== undefined
            ? body.description
            : pool.description,
        includeDeferred: mask.has("include_deferred")
          ? (body.include_deferred ?? pool.includeDeferred)
          : pool.includeDeferred,
      });
      return renderPool(await findOrThrow(pool.name));
    },

    deletePool: async ({ params }) => {
      if (params.pool_name === DEFAULT_POOL) {
        throw new AirloomError("pool.bad_value", `Cannot delete pool "${DEFAULT_POOL}"`);
      }
      await findOrThrow(params.pool_name);
      await store.deletePool(params.pool_name);
      return undefined;
    },
  };
}
