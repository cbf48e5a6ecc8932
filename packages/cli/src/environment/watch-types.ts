import { join, relative, sep } from "node:path";
import type { Clock, FileTypeErrors, Logger } from "@airloom/core";
import type { TypeCheck, TypeProblem } from "@airloom/engine";

/** Editors save in several steps, and what is saved is to be seen first: the compiler comes after both. */
const SETTLE_MS = 1_000;
const MAX_ERRORS_OF_FILE = 20;

/** Checks the types of Dag files after each change, one check at a time. */
export interface TypeWatch {
  /** A Dag file was read; it imports these files of the project, itself included. */
  noteLoaded(file: string, dependencies: readonly string[]): void;
  noteRemoved(files: readonly string[]): void;
  close(): Promise<void>;
}

interface TypeWatchOptions {
  readonly projectDir: string;
  readonly bundleDir: string;
  readonly check: (files: readonly string[]) => Promise<TypeCheck>;
  readonly onChecked: (errors: readonly FileTypeErrors[]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts watching; nothing is checked before the first file was read. */
export function openTypeWatch(options: TypeWatchOptions): TypeWatch {
  const { clock, logger, bundleDir } = options;
  const known = new Map<string, readonly string[]>();
  let cancel = (): void => undefined;
  let isChecking = false;
  let isAsked = false;
  let isClosed = false;

  function ask(): void {
    cancel();
    cancel = clock.schedule(new Date(clock.now().getTime() + SETTLE_MS), () => void start());
  }

  async function start(): Promise<void> {
    isAsked = isChecking;
    if (isChecking || isClosed) return;
    isChecking = true;
    try {
      await check();
    } catch (error) {
      logger.log("error", `Cannot keep what the check of types found: ${String(error)}`);
    }
    isChecking = false;
    if (isAsked) ask();
  }

  async function check(): Promise<void> {
    const result = await options.check([...known.keys()].map((file) => join(bundleDir, file)));
    if (isClosed) return;
    if (result.kind === "unknown") {
      logger.log("warning", `Types are not checked: ${result.reason}`);
      return;
    }
    await options.onChecked(sortByDagFile(result.problems, known, options.projectDir));
  }

  return {
    noteLoaded(file, dependencies) {
      known.set(file, dependencies);
      ask();
    },
    noteRemoved(files) {
      for (const file of files) known.delete(file);
      ask();
    },
    async close() {
      isClosed = true;
      cancel();
    },
  };
}

/** An error of a file concerns every Dag file that imports it. */
export function sortByDagFile(
  problems: readonly TypeProblem[],
  known: ReadonlyMap<string, readonly string[]>,
  projectDir: string,
): readonly FileTypeErrors[] {
  return [...known].flatMap(([file, dependencies]) => {
    const own = problems.flatMap(({ path, ...problem }) =>
      path !== null && dependencies.includes(path)
        ? [{ ...problem, file: relative(projectDir, path).replaceAll(sep, "/") }]
        : [],
    );
    return own.length === 0
      ? []
      : [{ file, total: own.length, errors: own.slice(0, MAX_ERRORS_OF_FILE) }];
  });
}
