/** `dbt build` of the example on 20,000 flights: the whole process, from the command to its end. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBenchProject, printFigure, printSetup } from "./setup.ts";

const ROUNDS = Number(process.argv[2] ?? 7);
const DBT = process.argv[3];
const AIRLOOM = fileURLToPath(new URL("../packages/cli/bin/airloom.js", import.meta.url));

const project = openBenchProject({}, { template: "flights", start: false });
try {
  // One quickstart loads the raw tables.
  execFileSync(process.execPath, [AIRLOOM, "quickstart", project.dir, "--small", "--json"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  project.airloom("dev", "stop");
  printSetup("dbt build of the example", [
    `20,000 flights, 31 nodes, ${ROUNDS} builds after one to warm up`,
  ]);
  printFigure({
    name: "airloom dbt build",
    unit: "s",
    samples: measure(process.execPath, [AIRLOOM, "dbt", "build"]),
    bar: "< 2 s",
  });
  if (DBT !== undefined) {
    printFigure({
      name: "dbt Core in the same run",
      unit: "s",
      samples: measure(DBT, ["build"]),
      bar: "for comparison",
    });
  }
} finally {
  project.close();
}

function measure(command: string, args: readonly string[]): readonly number[] {
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
