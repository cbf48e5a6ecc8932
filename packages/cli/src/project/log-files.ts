import { join } from "node:path";
import type { Project } from "./project.ts";

/** Where the output of the environment's own processes goes. */
export function environmentLogFile(project: Project): string {
  return join(project.stateDir, "logs", "environment.log");
}

/** Where the PostgreSQL from npm writes. */
export function postgresLogFile(project: Project): string {
  return join(project.stateDir, "logs", "postgres.log");
}
