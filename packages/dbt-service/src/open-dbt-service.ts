import type { DbtService, DbtServiceOptions } from "./options.ts";

/** Starts the job service: migrates its schema, goes on with unfinished runs and listens. */
export async function openDbtService(options: DbtServiceOptions): Promise<DbtService> {
  throw new Error(`Cannot open the job service on port ${options.port}: it is being written`);
}
