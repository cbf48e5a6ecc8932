import { createHash, randomUUID } from "node:crypto";
import { constants, createReadStream, type ReadStream } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
    // What dbt left belongs to another user, who may have put a link in its place since it was listed.
    const bytes = await readFile(source, { flag: constants.O_RDONLY | constants.O_NOFOLLOW });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const file = this.#fileOf(sha256);
    if (!(await isFileOfSize(file, bytes.length))) {
      await mkdir(join(this.#folder, sha256.slice(0, 2)), { recursive: true, mode: 0o700 });
      const partial = `${file}.${randomUUID()}`;
      await writeFile(partial, bytes, { mode: 0o600 });
      await rename(partial, file);
    }
    return { sha256, size: bytes.length };
  }

  #fileOf(sha256: string): string {
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
    return createReadStream(this.#fileOf(artifact.sha256));
  }

  async loadText(artifact: ArtifactRow): Promise<string> {
    return readFile(this.#fileOf(artifact.sha256), "utf8");
  }
}

async function isFileOfSize(file: string, size: number): Promise<boolean> {
  try {
    return (await stat(file)).size === size;
  } catch {
    return false;
  }
}
