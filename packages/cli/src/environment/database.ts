import { join } from "node:path";
import { type DatabaseAddress, openEmbeddedPostgres } from "@airloom/store";
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

/** Uses `DATABASE_URL` where it is set, else starts the PostgreSQL that npm brought. */
export async function openDatabase(project: Project, tcpPort: number): Promise<Database> {
  const url = process.env["DATABASE_URL"];
  if (url !== undefined && url !== "") {
    return { address: { url }, url: withoutPassword(url), pid: null, close: async () => undefined };
  }
  const postgres = await openEmbeddedPostgres({
    dataDir: join(project.stateDir, "postgres"),
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
