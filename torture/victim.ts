import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Connected, connect } from "../packages/cli/src/environment/connect.ts";
import { isAlive } from "../packages/cli/src/project/environment-file.ts";

const AIRLOOM = fileURLToPath(new URL("../packages/cli/bin/airloom.js", import.meta.url));
const LOG_LINES = 40;

/** What the environment under torture says of itself. */
interface Info {
  readonly pid: number;
  readonly url: string;
  readonly dbtServiceUrl: string | null;
  readonly databaseUrl: string;
}

/** A throw-away project and its environment, driven by the command line as a person would. */
export interface Victim {
  readonly dir: string;
  readonly info: Info;
  /** As the project's own commands reach it. */
  connect(): Connected;
  /** Runs `airloom` in the project; throws, with the end of the environment's log, where it fails. */
  airloom(...args: readonly string[]): void;
  start(): void;
  /** Throws, with the end of its log, where the main process is gone although nobody killed it. */
  checkAlive(): void;
  /** Ends the environment; the project's folder stays unless it is to be forgotten. */
  end(options: { readonly forget: boolean }): void;
}

/** Makes a project from a template. Nothing is started yet. */
export function openVictim(options: {
  readonly template: string;
  /** Options of every `dev start`. */
  readonly startWith: readonly string[];
}): Victim {
  const dir = join(mkdtempSync(join(tmpdir(), "airloom-torture-")), "project");
  runAirloom(tmpdir(), ["dev", "init", dir, "--template", options.template]);
  const airloom = (...args: readonly string[]): void => runAirloom(dir, args);
  const readInfo = (): Info =>
    // Written by the environment itself.
    JSON.parse(readFileSync(join(dir, ".airloom/environment.json"), "utf8")) as Info;
  let connected: Connected | undefined;
  return {
    dir,
    get info() {
      return readInfo();
    },
    connect: () => {
      const isSame = connected?.info.url === readInfo().url;
      connected = isSame && connected !== undefined ? connected : connect(dir);
      return connected;
    },
    airloom,
    start: () => airloom("dev", "start", ...options.startWith),
    checkAlive: () => {
      const { pid } = readInfo();
      if (!isAlive(pid)) throw new Error(`Process ${pid} ended by itself:\n${readLogEnd(dir)}`);
    },
    end: ({ forget }) => {
      airloom("dev", ...(forget ? ["kill", "--yes"] : ["stop"]));
      if (forget) rmSync(join(dir, ".."), { recursive: true, force: true });
    },
  };
}

function runAirloom(cwd: string, args: readonly string[]): void {
  const result = spawnSync(process.execPath, [AIRLOOM, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, AIRLOOM__DATABASE_PORT: "0" },
  });
  if (result.status === 0) return;
  throw new Error(
    `airloom ${args.join(" ")} ended with ${result.status}: ${result.stderr}\n${readLogEnd(cwd)}`,
  );
}

function readLogEnd(dir: string): string {
  const file = join(dir, ".airloom/logs/environment.log");
  if (!existsSync(file)) return "";
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n");
}
