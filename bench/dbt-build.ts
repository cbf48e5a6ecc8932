/** `dbt build` of the example on 20,000 and on 3 million flights: the whole process, from the command to its end. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchProject, openBenchProject, printFigure, printSetup } from "./setup.ts";

const ROUNDS = Number(process.argv[2] ?? 7);
const DBT = process.argv[3];
const AIRLOOM = fileURLToPath(new URL("../packages/cli/bin/airloom.js", import.meta.url));

const SIZES = [
  { flights: "20,000", options: ["--small"], bar: "< 2 s" },
  { flights: "3 million", options: [], bar: "none of its own: a part of quickstart" },
] as const;

printSetup("dbt build of the example", [
  `31 nodes, ${ROUNDS} builds after one to warm up; incremental models add to what is there`,
]);
for (const { flights, options, bar } of SIZES) {
  const project = openLoaded(options);
  try {
    printFigure({
      name: `airloom dbt build, ${flights} flights`,
      unit: "s",
      samples: measure(project, process.execPath, [AIRLOOM, "dbt", "build"]),
      bar,
    });
    if (DBT === undefined) continue;
    printFigure({
      name: `dbt Core, ${flights} flights`,
      unit: "s",
      samples: measure(project, DBT, ["build"]),
      bar: "for comparison",
    });
  } finally {
    project.close();
  }
}

/** A project whose raw tables one quickstart has loaded; its environment is stopped. */
function openLoaded(options: readonly string[]): BenchProject {
  const project = openBenchProject({}, { template: "flights", start: false });
  const ports = ["--port", "0", "--dbt-service-port", "0"];
  execFileSync(
    process.execPath,
    [AIRLOOM, "quickstart", project.dir, ...options, ...ports, "--json"],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  project.airloom("dev", "stop");
  return project;
}

function measure(
  project: BenchProject,
  command: string,
  args: readonly string[],
): readonly number[] {
  const samples: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const startedAt = performance.now();
    const result = spawnSync(command, [...args], {
      cwd: join(project.dir, "dbt"),
      env: {
        ...process.env,
        AIRLOOM_PROJECT_DIR: project.dir,
        DBT_PROFILES_DIR: join(project.dir, "dbt"),
      },
      encoding: "utf8",
    });
    if (result.status !== 0)
      throw new Error(`${command} ended with ${result.status}: ${result.stdout}${result.stderr}`);
    if (round > 0) samples.push((performance.now() - startedAt) / 1000);
  }
  return samples;
}
