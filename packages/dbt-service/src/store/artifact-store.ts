import { createHash, randomUUID } from "node:crypto";
import { constants, createReadStream, createWriteStream, type ReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { SqlDatabase } from "../sql-database.ts";

/** One artifact of a step: its path below `target/` and where its bytes are. */
export interface ArtifactRow {
  readonly path: string;
  readonly stepIndex: number;
  readonly sha256: string;
  readonly size: number;
}

const COLUMNS = `path, step_index as "stepIndex", sha256, size`;

/**
 * Artifacts of dbt runs: names in the database, bytes in files named by their hash.
 *
 * No name from outside ever becomes a path on disk.
 */
export class ArtifactStore {
  readonly #sql: SqlDatabase;
  readonly #folder: string;

  constructor(sql: SqlDatabase, folder: string) {
    this.#sql = sql;
    this.#folder = folder;
  }

  /**
   * Saves everything a step left behind.
   *
   * Contract: readers see all of it or none; saving again replaces it whole.
   */
  async saveAll(
    runId: number,
    stepIndex: number,
    files: readonly { readonly path: string; readonly source: string }[],
  ): Promise<void> {
    const rows: { path: string; sha256: string; size: number }[] = [];
    for (const file of files) {
      rows.push({ path: file.path, ...(await this.#saveBytes(file.source)) });
    }
    await this.#sql.transaction(async (sql) => {
      await sql.query("delete from dbt_service.artifacts where run_id = $1 and step_index = $2", [
        runId,
        stepIndex,
      ]);
      await sql.query(
        `insert into dbt_service.artifacts (run_id, step_index, path, sha256, size)
         select $1, $2, * from unnest($3::text[], $4::text[], $5::integer[])`,
        [
          runId,
          stepIndex,
          rows.map((row) => row.path),
          rows.map((row) => row.sha256),
          rows.map((row) => row.size),
        ],
      );
    });
  }

  async #saveBytes(source: string): Promise<{ readonly sha256: string; readonly size: number }> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const partial = join(this.#folder, `partial.${randomUUID()}`);
    try {
      const saved = await copyHashed(source, partial);
      const file = this.locate(saved);
      if (!(await isFileOfSize(file, saved.size))) {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await rename(partial, file);
      }
      return saved;
    } finally {
      await rm(partial, { force: true });
    }
  }

  /** Where an artifact's bytes are, for readers that do not hold them all in memory. */
  locate({ sha256 }: Pick<ArtifactRow, "sha256">): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }

  /** Paths of a run's artifacts, of one step or of all of them. */
  async listPaths(runId: number, stepIndex: number | null): Promise<readonly string[]> {
    const rows = await this.#sql.query<{ path: string }>(
      `select distinct path from dbt_service.artifacts
       where run_id = $1 and ($2::integer is null or step_index = $2) order by path`,
      [runId, stepIndex],
    );
    return rows.map((row) => row.path);
  }

  /** One artifact; without a step, that of the last step that has it. */
  async find(
    runId: number,
    path: string,
    stepIndex: number | null,
  ): Promise<ArtifactRow | undefined> {
    if (path.includes("\u0000")) return undefined;
    const rows = await this.#sql.query<ArtifactRow>(
      `select ${COLUMNS} from dbt_service.artifacts
       where run_id = $1 and path = $2 and ($3::integer is null or step_index = $3)
       order by step_index desc limit 1`,
      [runId, path, stepIndex],
    );
    return rows[0];
  }

  openBytes(artifact: ArtifactRow): ReadStream {
    return createReadStream(this.locate(artifact));
  }

  /** Lays a copy of an artifact into a folder. */
  async copy(artifact: ArtifactRow, target: string): Promise<void> {
    await pipeline(this.openBytes(artifact), createWriteStream(target));
  }
}

/** Copies a file as it is read, however large it is. */
async function copyHashed(
  source: string,
  target: string,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  // What dbt left belongs to another user, who may have put a link or a pipe in its place since it was listed.
  await using handle = await open(
    source,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  if (!(await handle.stat()).isFile()) throw new Error(`Cannot keep "${source}": it is no file`);
  await pipeline(
    handle.createReadStream({ autoClose: false }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(target, { mode: 0o600 }),
  );
  return { sha256: hash.digest("hex"), size };
}

async function isFileOfSize(file: string, size: number): Promise<boolean> {
  try {
    return (await stat(file)).size === size;
  } catch {
    return false;
  }
}
