import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const AIRLOOM = fileURLToPath(new URL("../packages/cli/bin/airloom.js", import.meta.url));

/** One measured figure: its samples, and the bar it is held against. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly samples: readonly number[];
  readonly bar: string;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Prints the machine and how busy it was: a figure without them says nothing. */
export function printSetup(title: string, notes: readonly string[]): void {
  console.log(`# ${title}`);
  console.log(
    `machine: ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, load ${loadavg()[0]?.toFixed(2)}, Node ${process.versions.node}`,
  );
  for (const note of notes) console.log(note);
}

export function printFigure({ name, unit, samples, bar }: Figure): void {
  const digits = median(samples) < 10 ? 2 : 0;
  const text = [Math.min(...samples), median(samples), Math.max(...samples)].map((value) =>
    value.toFixed(digits),
  );
  console.log(
    `${name}: median ${text[1]} ${unit} (min ${text[0]}, max ${text[2]}, n=${samples.length}); bar ${bar}`,
  );
}

/** A throw-away project in a temporary folder. */
export interface BenchProject {
  readonly dir: string;
  /** Runs `airloom` in the project and returns its standard output. */
  airloom(...args: readonly string[]): string;
  /** What the running environment says of itself. */
  info(): { readonly url: string; readonly pid: number };
  close(): void;
}

/** Makes a project with these Dag files and, when `start`, its environment. */
export function openBenchProject(
  dags: Readonly<Record<string, string>>,
  {
    template = "minimal",
    start = true,
  }: { readonly template?: string; readonly start?: boolean } = {},
): BenchProject {
  const dir = join(mkdtempSync(join(tmpdir(), "airloom-bench-")), "project");
  const run = (args: readonly string[], cwd: string): string =>
    execFileSync(process.execPath, [AIRLOOM, ...args], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  run(["dev", "init", dir, "--template", template], tmpdir());
  writeFileSync(
    join(dir, "airloom.config.json"),
    JSON.stringify({
      dagsArePausedAtCreation: false,
      port: 18_080,
      dbtServicePort: 18_180,
      databasePort: 15_432,
      ...(template === "flights" ? { dbt: "dbt" } : {}),
    }),
  );
  mkdirSync(join(dir, "dags"), { recursive: true });
  for (const [name, source] of Object.entries(dags)) writeFileSync(join(dir, "dags", name), source);
  const project: BenchProject = {
    dir,
    airloom: (...args) => run(args, dir),
    info: () =>
      JSON.parse(
        execFileSync("cat", [join(dir, ".airloom/environment.json")], { encoding: "utf8" }),
      ),
    close() {
      run(["dev", "kill", "--yes"], dir);
      rmSync(join(dir, ".."), { recursive: true, force: true });
    },
  };
  if (start) project.airloom("dev", "start");
  return project;
}

/** A client of a started project. */
export async function openClient(project: BenchProject) {
  const { connect } = await import("../packages/cli/src/environment/connect.ts");
  return connect(project.dir).api;
}

type Client = Awaited<ReturnType<typeof openClient>>;

/** Waits until a Dag is there. */
export async function untilDag(api: Client, dagId: string): Promise<void> {
  for (;;) {
    const found = await api.getDag({ dag_id: dagId }).catch(() => undefined);
    if (found !== undefined) return;
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** Triggers a run, waits for its end and returns it with its task instances. Asks seldom: asking takes time too. */
export async function runOnce(api: Client, dagId: string) {
  const triggered = await api.triggerDagRun({ dag_id: dagId, body: {} });
  const key = { dag_id: dagId, dag_run_id: triggered.dag_run_id };
  for (;;) {
    const run = await api.getDagRun(key);
    if (run.state === "success" || run.state === "failed") {
      const { task_instances: tasks } = await api.listTaskInstances({
        ...key,
        limit: 1_000,
        order_by: ["start_date"],
      });
      return { run, tasks };
    }
    await new Promise((wake) => setTimeout(wake, 200));
  }
}
