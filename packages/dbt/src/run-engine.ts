import { parseCage } from "./cage/cage.ts";
import { runDbt } from "./run-dbt.ts";
import { writeStdout } from "./write-stdout.ts";

/** What the engine of a process is started with. */
export interface EngineStart {
  readonly args: readonly string[];
  /** The cage as the job service wrote it; none when a person runs dbt. */
  readonly cage: string | undefined;
  readonly useColors: boolean;
}

/** Runs dbt as a process does, whatever thread it is in: where the process stands, and on its standard output. */
export async function runEngine(start: EngineStart, signal?: AbortSignal): Promise<number> {
  const { exitCode } = await runDbt(start.args, {
    cwd: process.cwd(),
    env: process.env,
    cage: start.cage === undefined ? undefined : parseCage(start.cage),
    useColors: start.useColors,
    write: writeStdout,
    ...(signal === undefined ? {} : { signal }),
  });
  return exitCode;
}
