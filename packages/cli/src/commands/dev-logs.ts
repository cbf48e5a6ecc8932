import { existsSync, statSync, unwatchFile, watchFile } from "node:fs";
import { open } from "node:fs/promises";
import type { Terminal } from "../output/terminal.ts";
import { environmentLogFile, postgresLogFile } from "../project/log-files.ts";
import type { Project } from "../project/project.ts";

const POLL_MS = 200;

/** What the environment's log has lines of; PostgreSQL writes a file of its own. */
export const COMPONENTS = [
  "environment",
  "server",
  "scheduler",
  "executor",
  "loader",
  "triggerer",
  "dbt-service",
  "postgres",
] as const;
export type Component = (typeof COMPONENTS)[number];

/** Prints the environment's own log, and goes on with new lines until `signal` when following. */
export async function followLogs(
  project: Project,
  options: {
    readonly follow: boolean;
    readonly component: Component | null;
    readonly signal: AbortSignal;
    readonly terminal: Terminal;
  },
): Promise<void> {
  const isPostgres = options.component === "postgres";
  const file = isPostgres ? postgresLogFile(project) : environmentLogFile(project);
  if (!existsSync(file)) {
    options.terminal.say(
      `No log yet: the environment of "${project.config.name}" was never started`,
    );
    return;
  }
  const printer = linePrinter(isPostgres ? null : options.component, options.terminal);
  let position = await printFrom(file, 0, printer);
  if (!options.follow || options.signal.aborted) return;
  await new Promise<void>((resolve) => {
    let reading = Promise.resolve();
    watchFile(file, { interval: POLL_MS }, () => {
      reading = reading.then(async () => {
        if (statSync(file).size < position) position = 0;
        position = await printFrom(file, position, printer);
      });
    });
    options.signal.addEventListener("abort", () => {
      unwatchFile(file);
      resolve();
    });
  });
}

function linePrinter(component: string | null, terminal: Terminal): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (component === null || line.includes(`[${component}]`)) terminal.print(line);
    }
  };
}

async function printFrom(
  file: string,
  position: number,
  print: (chunk: string) => void,
): Promise<number> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    if (size <= position) return position;
    const buffer = Buffer.alloc(size - position);
    await handle.read(buffer, 0, buffer.length, position);
    print(buffer.toString("utf8"));
    return size;
  } finally {
    await handle.close();
  }
}
