/** `airloom quickstart` on 3 million flights in an empty folder, after installation: the whole command. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { printFigure, printSetup } from "./setup.ts";

const ROUNDS = Number(process.argv[2] ?? 3);
const AIRLOOM = fileURLToPath(new URL("../packages/cli/bin/airloom.js", import.meta.url));

printSetup("quickstart", [
  `3 million flights, ${ROUNDS} rounds in new folders; from the command to its end`,
]);
const samples: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const dir = mkdtempSync(join(tmpdir(), "airloom-quickstart-"));
  const startedAt = performance.now();
  const result = spawnSync(
    process.execPath,
    [AIRLOOM, "quickstart", "project", "--port", "0", "--dbt-service-port", "0", "--json"],
    { cwd: dir, encoding: "utf8" },
  );
  samples.push((performance.now() - startedAt) / 1000);
  spawnSync(process.execPath, [AIRLOOM, "dev", "kill", "--yes"], { cwd: join(dir, "project") });
  rmSync(dir, { recursive: true, force: true });
  if (result.status !== 0)
    throw new Error(`quickstart ended with ${result.status}: ${result.stderr}`);
}
printFigure({ name: "quickstart", unit: "s", samples, bar: "< 60 s" });
