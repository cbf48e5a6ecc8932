/**
 * Sends requests drawn from the two services' own OpenAPI documents to them, and looks for responses of 5xx (501 aside, which
 * says that something is not implemented), for bodies accepted against the document, and for responses that never come.
 *
 *     npm run fuzz -- --requests 200000 --seed 1
 */
import { parseArgs } from "node:util";
import { fuzzApi } from "./fuzz-api.ts";
import { openJobServiceTarget, openServerTarget } from "./fuzz-targets.ts";
import { readCount } from "./read-count.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "5000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
  },
});
const TARGETS = { "job service": openJobServiceTarget, server: openServerTarget };
const chosen = Object.entries(TARGETS).filter(
  ([name]) => values.only === undefined || values.only === name,
);
if (chosen.length === 0) {
  throw new Error(
    `Cannot fuzz "${values.only}": expected --only with ${Object.keys(TARGETS).join(" or ")}`,
  );
}
const requests = Math.ceil(readCount("requests", values.requests) / chosen.length);
const seed = readCount("seed", values.seed, 0);
console.log(`seed ${seed}`);
let total = 0;
for (const [name, open] of chosen) {
  const target = await open();
  const report = await fuzzApi(target, { requests, seed, onProgress: openProgress(name) });
  await target.close();
  for (const finding of report.findings.slice(0, 40)) console.error(`FINDING ${name} ${finding}`);
  console.log(
    `${name}: ${requests} requests ${JSON.stringify(report.statuses)}: ${report.findings.length} findings`,
  );
  total += report.findings.length;
}
process.exit(total === 0 ? 0 : 1);

/** Says every ten seconds how far it is. */
function openProgress(name: string): (done: number, findings: number) => void {
  const startedAt = performance.now();
  let saidAt = startedAt;
  return (done, findings) => {
    const now = performance.now();
    if (now - saidAt < 10_000) return;
    saidAt = now;
    const seconds = Math.round((now - startedAt) / 1_000);
    console.log(`${name}: ${done} of ${requests} after ${seconds} s, ${findings} findings`);
  };
}
