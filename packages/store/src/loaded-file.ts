import type { DagSpec, ImportError, LoadedFile } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import type { Queries } from "./database.ts";

/** Characters kept of a file that could not be read: enough for people to find the fault in it. */
const MAX_BROKEN_SOURCE = 262_144;

interface KnownDag {
  readonly dagId: string;
  readonly file: string;
  readonly version: number;
  readonly hash: string;
  readonly isActive: boolean;
  readonly isStale: boolean;
}

interface Context {
  readonly now: Date;
  readonly isPausedUponCreation: boolean;
}

/** Takes over what one file defines now, and answers the ids of Dags that changed. */
export async function saveLoadedFile(
  queries: Queries,
  loaded: LoadedFile,
  context: Context,
): Promise<readonly string[]> {
  // Two files that define one Dag id must not both find it free.
  await queries.run({
    text: "select pg_advisory_xact_lock(hashtextextended('airloom.loaded_file', 0))",
  });
  const known = await loadKnownDags(queries, loaded);
  const knownById = new Map(known.map((dag) => [dag.dagId, dag]));
  const isForeign = (dagId: string) => {
    const dag = knownById.get(dagId);
    return dag?.isActive === true && dag.file !== loaded.file;
  };

  const changed: string[] = [];
  for (const { spec, hash } of loaded.dags.filter((dag) => !isForeign(dag.spec.dagId))) {
    const before = knownById.get(spec.dagId);
    if (await saveDag(queries, { loaded, spec, hash, before }, context)) changed.push(spec.dagId);
  }
  const missing = known.filter(
    (dag) => dag.file === loaded.file && !loaded.dags.some(({ spec }) => spec.dagId === dag.dagId),
  );
  changed.push(...(await leaveDags(queries, missing, loaded.error !== null)));

  const taken = loaded.dags.map(({ spec }) => spec.dagId).find(isForeign);
  const error =
    loaded.error ??
    (taken === undefined ? null : takenError(taken, loaded, knownById.get(taken)?.file));
  await saveImportError(queries, { loaded, error, now: context.now });
  return changed.toSorted();
}

function loadKnownDags(queries: Queries, loaded: LoadedFile): Promise<readonly KnownDag[]> {
  return queries.rows<KnownDag>({
    text: `select d.dag_id as "dagId", d.file, d.version, v.hash, d.is_active as "isActive",
             d.is_stale as "isStale"
           from airloom.dag d
           join airloom.dag_version v on v.dag_id = d.dag_id and v.version = d.version
           where d.file = $1 or d.dag_id = any($2::text[])
           order by d.dag_id for no key update of d`,
    values: [loaded.file, loaded.dags.map(({ spec }) => spec.dagId)],
  });
}

async function saveDag(
  queries: Queries,
  dag: {
    readonly loaded: LoadedFile;
    readonly spec: DagSpec;
    readonly hash: string;
    readonly before: KnownDag | undefined;
  },
  context: Context,
): Promise<boolean> {
  const { loaded, spec, hash, before } = dag;
  const isNewVersion = before?.hash !== hash;
  const version = (before?.version ?? 0) + (isNewVersion ? 1 : 0);
  // A body may change while the Dag as data stays the same: the version then shows the newest source.
  await queries.run({
    text: `insert into airloom.dag_version (dag_id, version, hash, spec, file, source, created_at)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (dag_id, version) do update set file = excluded.file, source = excluded.source`,
    values: [
      spec.dagId,
      version,
      hash,
      JSON.stringify(spec),
      loaded.file,
      cleanText(loaded.source),
      context.now,
    ],
  });
  await queries.run({
    text: `insert into airloom.dag (dag_id, version, file, display_name, tags, is_paused, is_active,
             is_stale, parsed_at)
           values ($1, $2, $3, $4, $5, $6, true, false, $7)
           on conflict (dag_id) do update set version = excluded.version, file = excluded.file,
             display_name = excluded.display_name, tags = excluded.tags, is_active = true,
             is_stale = false, parsed_at = excluded.parsed_at`,
    values: [
      spec.dagId,
      version,
      loaded.file,
      spec.displayName,
      spec.tags,
      spec.isPausedUponCreation ?? context.isPausedUponCreation,
      context.now,
    ],
  });
  return (
    isNewVersion ||
    before === undefined ||
    before.isStale ||
    !before.isActive ||
    before.file !== loaded.file
  );
}

/** Dags their file no longer shows: stale while the file is broken, inactive when it is whole. */
async function leaveDags(
  queries: Queries,
  dags: readonly KnownDag[],
  isBroken: boolean,
): Promise<readonly string[]> {
  const changed = await queries.rows<{ dagId: string }>({
    text: `update airloom.dag set is_active = $2, is_stale = $2
           where dag_id = any($1::text[]) and is_active and (is_active <> $2 or is_stale <> $2)
           returning dag_id as "dagId"`,
    values: [dags.map(({ dagId }) => dagId), isBroken],
  });
  return changed.map(({ dagId }) => dagId);
}

function takenError(
  dagId: string,
  loaded: LoadedFile,
  owner: string | undefined,
): NonNullable<LoadedFile["error"]> {
  return {
    message: `Cannot load Dag "${dagId}" from "${loaded.file}": "${owner ?? "another file"}" defines it already; give one of them another id`,
    line: null,
    column: null,
    codeFrame: null,
    stack: null,
  };
}

async function saveImportError(
  queries: Queries,
  found: {
    readonly loaded: LoadedFile;
    readonly error: Omit<ImportError, "id" | "file" | "at"> | null;
    readonly now: Date;
  },
): Promise<void> {
  const { error, now } = found;
  const { file, source } = found.loaded;
  if (error === null) {
    await queries.run({
      text: "delete from airloom.import_error where file = $1",
      values: [file],
    });
    return;
  }
  await queries.run({
    text: `insert into airloom.import_error (file, message, line, "column", code_frame, stack, at, source)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (file) do update set message = excluded.message, line = excluded.line,
             "column" = excluded."column", code_frame = excluded.code_frame, stack = excluded.stack,
             at = excluded.at, source = excluded.source`,
    values: [
      file,
      cleanText(error.message),
      error.line,
      error.column,
      error.codeFrame === null ? null : cleanText(error.codeFrame),
      error.stack === null ? null : cleanText(error.stack),
      now,
      cleanText(source.slice(0, MAX_BROKEN_SOURCE)),
    ],
  });
}
