import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ApiClient, openApi } from "@airloom/api";
import { isAlive } from "../packages/cli/src/project/environment-file.ts";
import { layeredDagSource } from "./layered-dag.ts";

const AIRLOOM = fileURLToPath(new URL("../packages/cli/bin/airloom.js", import.meta.url));
const LOG_LINES = 40;

/** What the environment under torture says of itself. */
interface Info {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  readonly databaseUrl: string;
}

/** A throw-away project and its environment, driven by the command line as a person would. */
export interface Victim {
  readonly dir: string;
  readonly info: Info;
  readonly effectsFile: string;
  api(): ApiClient;
  start(): void;
  /** Throws, with the end of its log, where the main process is gone although nobody killed it. */
  checkAlive(): void;
  /** Ends the environment; the project's folder stays unless it is to be forgotten. */
  end(options: { readonly forget: boolean }): void;
}

/** Makes a project with one Dag, whose tasks write down what they do. Nothing is started yet. */
export function openVictim(dagId: string, edges: ReadonlyMap<string, readonly string[]>): Victim {
  const dir = join(mkdtempSync(join(tmpdir(), "airloom-torture-")), "project");
  const effectsFile = join(dir, "effects.ndjson");
  runAirloom(tmpdir(), ["dev", "init", dir]);
  writeFileSync(
    join(dir, "airloom.config.json"),
    JSON.stringify({ dagsArePausedAtCreation: false, parallelism: 8, databasePort: 0 }),
  );
  writeFileSync(join(dir, ".env"), `EFFECTS_FILE=${effectsFile}\n`);
  writeFileSync(effectsFile, "");
  rmSync(join(dir, "dags", "hello_airloom.ts"));
  writeFileSync(join(dir, "dags", `${dagId}.ts`), layeredDagSource(dagId, edges));

  const readInfo = (): Info =>
    // Written by the environment itself.
    JSON.parse(readFileSync(join(dir, ".airloom/environment.json"), "utf8")) as Info;
  return {
    dir,
    effectsFile,
    get info() {
      return readInfo();
    },
    api: () => {
      const { url, token } = readInfo();
      return openApi({ baseUrl: url, token });
    },
    start: () => runAirloom(dir, ["dev", "start", "--port", "0", "--dbt-service-port", "0"]),
    checkAlive: () => {
      const { pid } = readInfo();
      if (!isAlive(pid)) throw new Error(`Process ${pid} ended by itself:\n${readLogEnd(dir)}`);
    },
    end: ({ forget }) => {
      runAirloom(dir, forget ? ["dev", "kill", "--yes"] : ["dev", "stop"]);
      if (forget) rmSync(join(dir, ".."), { recursive: true, force: true });
    },
  };
}

function runAirloom(cwd: string, args: readonly string[]): void {
  const result = spawnSync(process.execPath, [AIRLOOM, ...args], {
    cwd: existsSync(cwd) ? cwd : tmpdir(),
    encoding: "utf8",
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
