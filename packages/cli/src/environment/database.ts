import { join } from "node:path";
import {
  type DatabaseAddress,
  findEmbeddedPort,
  openEmbeddedPostgres,
  stopEmbeddedPostgres,
} from "@airloom/store";
import { postgresLogFile } from "../project/log-files.ts";
import type { Project } from "../project/project.ts";

/** The database of an environment: its own, or one that was named by `DATABASE_URL`. */
export interface Database {
  readonly address: DatabaseAddress;
  /** For people and their tools. */
  readonly url: string;
  readonly pid: number | null;
  close(): Promise<void>;
}

function dataDirOf(project: Project): string {
  return join(project.stateDir, "postgres");
}

/** Where the project's own PostgreSQL listens, when it outlived the main process that started it. */
export function findDatabasePort(project: Project): number | undefined {
  return findEmbeddedPort(dataDirOf(project));
}

/** Stops a PostgreSQL of the project that outlived the main process that started it. Answers whether there was one. */
export function stopLeftDatabase(project: Project): Promise<boolean> {
  return stopEmbeddedPostgres(dataDirOf(project));
}

/** Uses `DATABASE_URL` where it is set, else starts the PostgreSQL that npm brought. */
export async function openDatabase(project: Project, tcpPort: number): Promise<Database> {
  const url = process.env["DATABASE_URL"];
  if (url !== undefined && url !== "") {
    return { address: { url }, url: withoutPassword(url), pid: null, close: async () => undefined };
  }
  const postgres = await openEmbeddedPostgres({
    dataDir: dataDirOf(project),
    logFile: postgresLogFile(project),
    tcpPort,
  });
  return {
    address: { connection: postgres.connectionOptions },
    url: postgres.url,
    pid: postgres.pid,
    close: () => postgres.stop(),
  };
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = parsed.password === "" ? "" : "***";
  return parsed.toString();
}
