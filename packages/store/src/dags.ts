import type { DagStore, DagVersion, ImportError, StoredDag } from "@airloom/core";
import type { Database } from "./database.ts";
import { deleteRunsWhere } from "./delete-runs.ts";
import { saveLoadedFile } from "./loaded-file.ts";
import { type Listing, loadPage } from "./page.ts";
import { containing, Where } from "./where.ts";

const DAGS: Listing = {
  title: "Dags",
  columns: `
    d.dag_id as "dagId", v.spec, d.version, v.hash, d.file, d.is_paused as "isPaused",
    d.is_active as "isActive", d.is_stale as "isStale", d.parsed_at as "parsedAt",
    d.next_run_after as "nextRunAfter", d.next_data_interval_start as "nextDataIntervalStart",
    d.next_data_interval_end as "nextDataIntervalEnd"`,
  source: `airloom.dag d join airloom.dag_version v on v.dag_id = d.dag_id and v.version = d.version`,
  orderFields: {
    dagId: "d.dag_id",
    file: "d.file",
    isActive: "d.is_active",
    isPaused: "d.is_paused",
    isStale: "d.is_stale",
    nextRunAfter: "d.next_run_after",
    parsedAt: "d.parsed_at",
    version: "d.version",
  },
  defaultOrder: "d.dag_id",
  tieBreak: "d.dag_id",
};

const VERSIONS: Listing = {
  title: "Dag versions",
  columns: `v.dag_id as "dagId", v.version, v.hash, v.file, v.created_at as "createdAt"`,
  source: "airloom.dag_version v",
  orderFields: { version: "v.version", createdAt: "v.created_at", file: "v.file" },
  defaultOrder: "v.version desc",
  tieBreak: "v.version",
};

const IMPORT_ERRORS: Listing = {
  title: "import errors",
  columns: `e.id, e.file, e.message, e.line, e."column", e.code_frame as "codeFrame", e.stack, e.at`,
  source: "airloom.import_error e",
  orderFields: { at: "e.at", file: "e.file", id: "e.id", message: "e.message" },
  defaultOrder: "e.file",
  tieBreak: "e.id",
};

/** Dags, their versions, their files' import errors and where their schedules stand. */
export function dagStore(
  database: Database,
  options: { readonly isPausedUponCreation: boolean },
): Omit<DagStore, "saveTypeErrors" | "loadTypeErrors"> {
  return {
    saveLoadedFile: (loaded, now) =>
      database.transaction((queries) => saveLoadedFile(queries, loaded, { ...options, now })),

    removeFiles: (files) =>
      database.transaction(async (queries) => {
        await queries.run({
          text: "delete from airloom.import_error where file = any($1::text[])",
          values: [files],
        });
        const gone = await queries.rows<{ dagId: string }>({
          text: `with locked as (
                   select dag_id from airloom.dag where file = any($1::text[]) and is_active
                   order by dag_id for no key update)
                 update airloom.dag set is_active = false, is_stale = false
                 where dag_id in (select dag_id from locked) returning dag_id as "dagId"`,
          values: [files],
        });
        return gone.map(({ dagId }) => dagId).toSorted();
      }),

    findDag: async (dagId) => {
      const [dag] = await database.rows<StoredDag>({
        name: "find_dag",
        text: `select ${DAGS.columns} from ${DAGS.source} where d.dag_id = $1`,
        values: [dagId],
      });
      return dag;
    },

    listDags: (filter, page) =>
      loadPage<StoredDag>(database, DAGS, {
        page,
        where: new Where()
          .add("(d.dag_id ilike ? or d.display_name ilike ?)", containing(filter.search))
          .add("d.tags && ?::text[]", filter.tags)
          .add("d.is_paused = ?", filter.paused)
          .add("d.is_active = ?", filter.active)
          .add("d.dag_id = any(?::text[])", filter.dagIds),
      }),

    findDagVersion: async (dagId, version) => {
      const [found] = await database.rows<DagVersion>({
        text: `select ${VERSIONS.columns}, v.spec, v.source from airloom.dag_version v
               where v.dag_id = $1 and v.version = coalesce($2::int,
                 (select d.version from airloom.dag d where d.dag_id = $1))`,
        values: [dagId, version ?? null],
      });
      return found;
    },

    listDagVersions: (dagId, page) =>
      loadPage(database, VERSIONS, { page, where: new Where().add("v.dag_id = ?", dagId) }),

    setPaused: async (dagId, isPaused) =>
      (await database.run({
        text: "update airloom.dag set is_paused = $2 where dag_id = $1",
        values: [dagId, isPaused],
      })) > 0,

    listImportErrors: (page) =>
      loadPage<ImportError>(database, IMPORT_ERRORS, { page, where: new Where() }),

    findImportError: async (id) => {
      const [found] = await database.rows<ImportError & { readonly source: string | null }>({
        text: `select ${IMPORT_ERRORS.columns}, e.source from ${IMPORT_ERRORS.source} where e.id = $1`,
        values: [id],
      });
      return found;
    },

    loadDueDags: (now, limit) =>
      database.rows<StoredDag>({
        name: "due_dags",
        text: `select ${DAGS.columns} from ${DAGS.source}
               where d.is_active and not d.is_paused and d.next_run_after <= $1
               order by d.next_run_after, d.dag_id limit $2`,
        values: [now, limit],
      }),

    saveNextRun: async (dagId, next) => {
      await database.run({
        text: `update airloom.dag set next_run_after = $2, next_data_interval_start = $3,
                 next_data_interval_end = $4 where dag_id = $1`,
        values: [
          dagId,
          next?.runAfter ?? null,
          next?.intervalStart ?? null,
          next?.intervalEnd ?? null,
        ],
      });
    },

    deleteDag: (dagId) =>
      database.transaction(async (queries) => {
        const locked = await queries.run({
          text: "select 1 from airloom.dag where dag_id = $1 for update",
          values: [dagId],
        });
        if (locked === 0) return false;
        await deleteRunsWhere(queries, "dag_id = $1", [dagId]);
        await queries.run({
          text: "delete from airloom.dag_version where dag_id = $1",
          values: [dagId],
        });
        await queries.run({ text: "delete from airloom.dag where dag_id = $1", values: [dagId] });
        return true;
      }),
  };
}
