/** A command of the command line: processor time of all its processes, and the time to its first output. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openBenchProject, printFigure, printSetup } from "./setup.ts";

const AIRLOOM = fileURLToPath(new URL("../packages/cli/bin/airloom.js", import.meta.url));
const ROUNDS = Number(process.argv[2] ?? 5);
const COMMANDS = [["--help"], ["dags", "list"], ["dbt", "ls"]] as const;

const MS_PER_TICK = 10;

/** Milliseconds of user and system time that the processes which `run` starts and awaits take. */
async function childTime(run: () => Promise<void>): Promise<number> {
  const before = await readChildTicks();
  await run();
  return ((await readChildTicks()) - before) * MS_PER_TICK;
}

/** User and system time of the children so far: fields 16 and 17 of `/proc/self/stat`. */
async function readChildTicks(): Promise<number> {
  const text = await readFile("/proc/self/stat", "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[13]) + Number(fields[14]);
}

/** Milliseconds until the command says something; resolves when it has ended. */
function firstOutput(dir: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let first: number | undefined;
    const child = spawn(process.execPath, [AIRLOOM, ...args], { cwd: dir });
    const note = (): void => {
      first ??= performance.now() - startedAt;
    };
    child.stdout.on("data", note);
    child.stderr.on("data", note);
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 && first !== undefined
        ? resolve(first)
        : reject(new Error(`airloom ${args.join(" ")} ended with ${code}`)),
    );
  });
}

printSetup("command", [
  `${ROUNDS} rounds of each command in a running project of the flights template; processor time holds on a busy machine too`,
]);
const project = openBenchProject({}, { template: "flights" });
try {
  for (const args of COMMANDS) {
    const name = `airloom ${args.join(" ")}`;
    const times: number[] = [];
    const outputs: number[] = [];
    // The first call fills the compile cache.
    await firstOutput(project.dir, args);
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(
        await childTime(async () => void outputs.push(await firstOutput(project.dir, args))),
      );
    }
    printFigure({
      name: `${name}, first output`,
      unit: "ms",
      samples: outputs,
      bar: "< 400 ms, idle",
    });
    printFigure({ name: `${name}, processor time`, unit: "ms", samples: times, bar: "< 400 ms" });
  }
} finally {
  project.close();
}
