/**
 * How long the job service holds everybody up while it takes in and shows a run of 10,000 nodes, whose manifest has 73 MB:
 * the delay of its event loop, in this process, while artifacts are collected, indexed, listed and sent.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openTestService } from "../packages/dbt-service/src/fixtures/open-test-service.ts";
import { printSetup } from "./setup.ts";

const NODES = Number(process.argv[2] ?? 10_000);
const BYTES_PER_NODE = 7_000;
const RESOLUTION_MS = 1;
const V2 = "/api/v2/accounts/16173";
const BIG_DBT = fileURLToPath(
  new URL("../packages/dbt-service/src/fixtures/big-dbt.ts", import.meta.url),
);

/** Does something and prints how long nothing else could be done meanwhile. */
async function measure<T>(name: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const startedMs = performance.now();
  delay.enable();
  const result = await work();
  delay.disable();
  const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(0);
  console.log(
    `${name}: ${((performance.now() - startedMs) / 1_000).toFixed(1)} s, event loop delayed ${ms(delay.percentile(50))} ms (median), ${ms(delay.percentile(99))} ms (p99), ${ms(delay.max)} ms at most`,
  );
  return result;
}

const service = await openTestService({
  dbtCommand: { file: process.execPath, args: [BIG_DBT, String(NODES), String(BYTES_PER_NODE)] },
});
try {
  printSetup("artifacts of a very large run", [
    `${NODES} nodes; the client that asks is in the same process, and its delay counts too`,
  ]);
  await measure("nothing, for comparison", () => sleep(10_000));
  const run = await measure("a run, its artifacts kept and its nodes indexed", async () => {
    const { body } = await service.ask<{ id: number }>("POST", `${V2}/jobs/65767/run/`, {
      cause: "bench",
    });
    return service.settle(body.data.id);
  });
  await measure("the first page of its nodes", async () => {
    const { text } = await service.ask("GET", `/api/private/runs/${run.id}/nodes/`);
    console.log(`  ${(text.length / 1e6).toFixed(2)} MB`);
  });
  await measure("its manifest, sent", async () => {
    const response = await fetch(`${service.url}${V2}/runs/${run.id}/artifacts/manifest.json`, {
      headers: { authorization: `Token ${service.token}` },
    });
    let size = 0;
    for await (const chunk of response.body ?? []) size += chunk.length;
    console.log(`  ${(size / 1e6).toFixed(0)} MB`);
  });
} finally {
  await service.close();
}
