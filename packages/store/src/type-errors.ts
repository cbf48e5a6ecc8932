import type { DagStore, FileTypeErrors } from "@airloom/core";
import type { Database } from "./database.ts";

/** What the compiler says of Dag files. */
export function typeErrorStore(
  database: Database,
): Pick<DagStore, "saveTypeErrors" | "loadTypeErrors"> {
  return {
    saveTypeErrors: async (files, now) => {
      const changed = await database.rows<{ dagId: string }>({
        text: `with given as (
                 select * from jsonb_to_recordset($1::jsonb) as g (file text, total int, errors jsonb)),
               gone as (
                 delete from airloom.type_error where file not in (select file from given) returning file),
               saved as (
                 insert into airloom.type_error as e (file, total, errors, checked_at)
                 select file, total, errors, $2 from given
                 on conflict (file) do update set total = excluded.total, errors = excluded.errors,
                   checked_at = excluded.checked_at
                 where e.errors is distinct from excluded.errors or e.total <> excluded.total
                 returning file)
               select dag_id as "dagId" from airloom.dag
               where is_active and file in (select file from gone union select file from saved)
               order by dag_id`,
        // PostgreSQL keeps no NUL in jsonb; a line of a broken file may hold one.
        values: [JSON.stringify(files).replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/gu, "$1"), now],
      });
      return changed.map(({ dagId }) => dagId);
    },

    loadTypeErrors: (files) =>
      database.rows<FileTypeErrors>({
        text: `select file, total, errors from airloom.type_error
               where file = any($1::text[]) order by file`,
        values: [files],
      }),
  };
}
