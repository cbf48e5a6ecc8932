/** Runs every figure one after the other, or those named: `npm run bench -- sequential throughput`. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const FIGURES = [
  "dev-start",
  "save-to-visible",
  "sequential",
  "mask",
  "throughput",
  "idle-memory",
  "command",
  "dbt-build",
  "quickstart",
  "log",
  "big-artifacts",
];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !FIGURES.includes(name));
if (unknown.length > 0) {
  console.error(`Cannot measure "${unknown.join('", "')}": expected some of ${FIGURES.join(", ")}`);
  process.exit(2);
}
for (const name of asked.length === 0 ? FIGURES : asked) {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, [file], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
  console.log("");
}
