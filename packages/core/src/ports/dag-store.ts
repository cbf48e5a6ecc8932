import type { DagSpec } from "../dag-spec.ts";
import type { SchedulePoint } from "../schedule/timetable.ts";
import type { Page, PageRequest } from "./page.ts";

/** A Dag as it stands now: its newest version, and where its schedule is. */
export interface StoredDag {
  readonly dagId: string;
  readonly spec: DagSpec;
  /** Counts from 1; a new one whenever the canonical JSON changes. */
  readonly version: number;
  readonly hash: string;
  readonly file: string;
  readonly isPaused: boolean;
  /** False when its file no longer defines it. */
  readonly isActive: boolean;
  /** True while its file fails to import and this last good version is still in force. */
  readonly isStale: boolean;
  readonly parsedAt: Date;
  /** The schedule's next point, and the interval it stands for. */
  readonly nextRunAfter: Date | null;
  readonly nextDataIntervalStart: Date | null;
  readonly nextDataIntervalEnd: Date | null;
}

/** A Dag as it was from one moment on; runs keep the version they were created with. */
export interface DagVersion {
  readonly dagId: string;
  readonly version: number;
  readonly hash: string;
  readonly spec: DagSpec;
  readonly file: string;
  readonly source: string;
  readonly createdAt: Date;
}

/** A Dag file that could not be read, as people see it. */
export interface ImportError {
  readonly id: string;
  /** Relative to the bundle. */
  readonly file: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
  /** The lines around the place, with a marker. */
  readonly codeFrame: string | null;
  readonly stack: string | null;
  readonly at: Date;
}

/** A type error of a Dag file, or of a file that it imports. The Dag runs all the same. */
export interface TypeErrorAt {
  /** Relative to the project. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** Such as `TS2322`. */
  readonly code: string;
  readonly message: string;
  readonly codeFrame: string | null;
}

/** The type errors that concern the Dags of one file. */
export interface FileTypeErrors {
  /** The Dag file, relative to the bundle. */
  readonly file: string;
  readonly total: number;
  /** The first of them. */
  readonly errors: readonly TypeErrorAt[];
}

/** What the loader found in one file. */
export interface LoadedFile {
  /** Relative to the bundle. */
  readonly file: string;
  readonly source: string;
  readonly contentHash: string;
  readonly dags: readonly { readonly spec: DagSpec; readonly hash: string }[];
  readonly error: Omit<ImportError, "id" | "file" | "at"> | null;
}

/** Where Dags live, with what their files last said. */
export interface DagStore {
  /**
   * Takes over what one file defines now: new versions, import error, Dags that left the file.
   *
   * Contract: after an import error the Dag's last good version stays active and is marked stale.
   * A Dag id that another active file defines already becomes an import error of this file.
   * Answers the ids of Dags that changed.
   */
  saveLoadedFile(loaded: LoadedFile, now: Date): Promise<readonly string[]>;
  /** Forgets files that are gone: their Dags turn inactive, their import errors vanish. */
  removeFiles(files: readonly string[], now: Date): Promise<readonly string[]>;
  /**
   * Takes over what the last check of types found: files that are not named have no errors any more.
   *
   * Answers the ids of Dags whose errors changed.
   */
  saveTypeErrors(files: readonly FileTypeErrors[], now: Date): Promise<readonly string[]>;
  /** The type errors of Dag files; those without any are left out. */
  loadTypeErrors(files: readonly string[]): Promise<readonly FileTypeErrors[]>;
  findDag(dagId: string): Promise<StoredDag | undefined>;
  listDags(
    filter: {
      readonly search?: string;
      readonly tags?: readonly string[];
      readonly paused?: boolean;
      readonly active?: boolean;
      readonly dagIds?: readonly string[];
    },
    page: PageRequest,
  ): Promise<Page<StoredDag>>;
  findDagVersion(dagId: string, version?: number): Promise<DagVersion | undefined>;
  listDagVersions(
    dagId: string,
    page: PageRequest,
  ): Promise<Page<Omit<DagVersion, "spec" | "source">>>;
  setPaused(dagId: string, isPaused: boolean): Promise<boolean>;
  listImportErrors(page: PageRequest): Promise<Page<ImportError>>;
  /** One import error with the text of its file as it was read, of a long one the first part; null where none was kept. */
  findImportError(
    id: string,
  ): Promise<(ImportError & { readonly source: string | null }) | undefined>;
  /** Active, unpaused Dags whose `nextRunAfter` has come. */
  loadDueDags(now: Date, limit: number): Promise<readonly StoredDag[]>;
  /** Where the schedule stands next. Only for Dags whose schedule was read anew or unpaused; a run's creation moves it in `createRun`. */
  saveNextRun(dagId: string, next: SchedulePoint | null): Promise<void>;
  /** Removes a Dag with all its runs. */
  deleteDag(dagId: string): Promise<boolean>;
}
