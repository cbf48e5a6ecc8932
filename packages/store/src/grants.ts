import { AirloomError, type Grant, type GrantStore } from "@airloom/core";
import type { Database } from "./database.ts";

/** What users may do with some Dags. */
export function grantStore(database: Database): GrantStore {
  return {
    loadGrants: (username) =>
      database.rows<Grant>({
        name: "load_grants",
        text: "select dags, role from airloom.dag_grant where username = $1 order by dags",
        values: [username],
      }),

    saveGrant: async (username, { dags, role }) => {
      const saved = await database.run({
        text: `insert into airloom.dag_grant (username, dags, role)
               select username, $2, $3 from airloom.app_user where username = $1
               on conflict (username, dags) do update set role = excluded.role`,
        values: [username, dags, role],
      });
      if (saved > 0) return;
      throw new AirloomError("user.not_found", `Cannot find user "${username}"`);
    },

    deleteGrant: async (username, dags) =>
      (await database.run({
        text: "delete from airloom.dag_grant where username = $1 and dags = $2",
        values: [username, dags],
      })) > 0,

    loadDagLabels: () =>
      database.rows({
        name: "load_dag_labels",
        text: `select dag_id as "dagId", tags, file from airloom.dag order by dag_id`,
        values: [],
      }),
  };
}
