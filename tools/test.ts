import { runStep } from "./run.ts";

/** Runs every test. Arguments go to the runner: `npm test -- packages/core`. */
if (!runStep("tests", "vitest", ["run", ...process.argv.slice(2)])) process.exit(1);
