import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStep } from "./run.ts";

/** Runs every test. Arguments go to the runner: `npm test -- packages/core`. Ends with one line of counts. */
const dir = mkdtempSync(join(tmpdir(), "airloom-test-"));
const report = join(dir, "report.json");
const ok = runStep("tests", "vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const counts = readCounts(report);
rmSync(dir, { recursive: true, force: true });
if (counts !== undefined) console.log(counts);
if (!ok) process.exit(1);

function readCounts(file: string): string | undefined {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
      readFileSync(file, "utf8"),
    );
    return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
  } catch {
    // The runner ended before it could report; its own output says why.
    return undefined;
  }
}
