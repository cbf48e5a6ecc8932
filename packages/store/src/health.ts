import type { Component, HealthStore } from "@airloom/core";
import type { Database } from "./database.ts";

/** Signs of life of the components. */
export function healthStore(database: Database): HealthStore {
  return {
    saveHeartbeat: async (component, now) => {
      await database.run({
        name: "save_heartbeat",
        text: `insert into airloom.heartbeat (component, at) values ($1, $2)
               on conflict (component) do update set at = greatest(heartbeat.at, excluded.at)`,
        values: [component, now],
      });
    },

    loadHeartbeats: async () => {
      const rows = await database.rows<{ component: Component; at: Date }>({
        text: "select component, at from airloom.heartbeat",
      });
      return Object.fromEntries(rows.map(({ component, at }) => [component, at]));
    },

    ping: () => database.ping(),
  };
}
