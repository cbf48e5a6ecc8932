import { AirloomError, type ConfigStore, type Pool } from "@airloom/core";
import type { Database } from "./database.ts";
import { type Listing, loadPage } from "./page.ts";
import { Where } from "./where.ts";

const DEFAULT_POOL = "default_pool";

const POOLS: Listing = {
  title: "pools",
  columns: `p.name, p.slots, p.description, p.include_deferred as "includeDeferred",
    (u.queued + u.running + case when p.include_deferred then u.deferred else 0 end) as "occupiedSlots",
    u.queued as "queuedSlots", u.running as "runningSlots", u.scheduled as "scheduledSlots",
    u.deferred as "deferredSlots"`,
  // Waiting tasks stand in no index of their own: they are looked for among those of active runs.
  source: `airloom.pool p cross join lateral (
    select coalesce(sum(ti.pool_slots) filter (where ti.state = 'queued'), 0)::int as queued,
      coalesce(sum(ti.pool_slots) filter (where ti.state = 'running'), 0)::int as running,
      coalesce(sum(ti.pool_slots) filter (where ti.state = 'deferred'), 0)::int as deferred,
      coalesce((select sum(waiting.pool_slots) from airloom.dag_run r
        join airloom.task_instance waiting on waiting.dag_run_id = r.id
        where r.state in ('queued', 'running') and waiting.state = 'scheduled'
          and waiting.pool = p.name), 0)::int as scheduled
    from airloom.task_instance ti
    where ti.pool = p.name and ti.state in ('queued', 'running', 'deferred')) u`,
  orderFields: { name: "p.name", slots: "p.slots" },
  defaultOrder: "p.name",
  tieBreak: "p.name",
};

/** Pools, with how full they are counted from task instances. */
export function poolStore(
  database: Database,
): Pick<ConfigStore, "savePool" | "deletePool" | "findPool" | "listPools"> {
  return {
    savePool: async ({ name, slots, description, includeDeferred }) => {
      if (!Number.isInteger(slots) || slots < -1 || slots > 2_147_483_647) {
        throw new AirloomError(
          "pool.bad_value",
          `Cannot save pool "${name}" with ${slots} slots: expected a whole number from -1 (unlimited) to 2147483647`,
        );
      }
      await database.run({
        text: `insert into airloom.pool (name, slots, description, include_deferred)
               values ($1, $2, $3, $4)
               on conflict (name) do update set slots = excluded.slots,
                 description = excluded.description, include_deferred = excluded.include_deferred`,
        values: [name, slots, description, includeDeferred],
      });
    },

    deletePool: async (name) => {
      if (name === DEFAULT_POOL) {
        throw new AirloomError(
          "pool.bad_value",
          `Cannot delete pool "${DEFAULT_POOL}": tasks that name no pool run in it`,
        );
      }
      const deleted = await database.run({
        text: "delete from airloom.pool where name = $1",
        values: [name],
      });
      return deleted > 0;
    },

    findPool: async (name) => {
      const [pool] = await database.rows<Pool>({
        text: `select ${POOLS.columns} from ${POOLS.source} where p.name = $1`,
        values: [name],
      });
      return pool;
    },

    listPools: (page) => loadPage<Pool>(database, POOLS, { page, where: new Where() }),
  };
}
