import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestService, SCRIPTED_DBT, type TestService } from "./fixtures/open-test-service.ts";

const MAIN = fileURLToPath(new URL("./fixtures/service-main.ts", import.meta.url));
const NODES = [{ name: "orders", type: "model" }];

let base: TestService;
const children: ChildProcess[] = [];
beforeAll(async () => {
  base = await openTestService();
  // It would take part in the work otherwise: what is tested are the processes.
  await base.stop();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await base.close();
});

/** The service as a process, over the same database and data folder each time. */
async function start(
  dbtCommand: object,
): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const child = spawn(
    process.execPath,
    [
      MAIN,
      JSON.stringify({
        connection: base.postgres.connectionOptions,
        port: 0,
        dataDir: join(base.dataDir, "victim"),
        projectDir: base.projectDir,
        dbtCommand,
      }),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  children.push(child);
  const url = await new Promise<string>((resolve) =>
    child.stdout?.once("data", (text: Buffer) => resolve(text.toString().trim())),
  );
  return { url, process: child };
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process whose parent has not asked for it yet is no process any more.
    return !/\) Z /u.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function ask(url: string, method: string, path: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v2/accounts/16173${path}`, {
    method,
    headers: { authorization: `Token ${base.token}` },
  });
  return response.json();
}

async function killAndGoOn(dbtCommand: object, name: string): Promise<void> {
  const gate = join(base.dataDir, `gate-${name}`);
  const pidFile = join(base.dataDir, `pid-${name}`);
  await base.script({ nodes: NODES, gate, pidFile });
  const first = await start(dbtCommand);
  const { data: run } = Object(await ask(first.url, "POST", "/jobs/65767/run/"));
  await waitUntil(() => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "");
  const dbt = Number(readFileSync(pidFile, "utf8"));
  await rm(pidFile);
  first.process.kill("SIGKILL");
  await waitUntil(() => !isAlive(dbt));

  await writeFile(gate, "");
  const second = await start(dbtCommand);
  for (;;) {
    const { data } = Object(
      await ask(second.url, "GET", `/runs/${run.id}/?include_related=run_steps`),
    );
    if (data.is_complete === true) {
      expect(data.status).toBe(10);
      expect(data.run_steps[3].logs).toContain("this step goes on from its beginning");
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const { extra } = Object(await ask(second.url, "GET", `/runs/?id__gt=${run.id}`));
  expect(extra.pagination.total_count).toBe(0);
  second.process.kill("SIGKILL");
}

describe("a job service that is killed", () => {
  test("takes its dbt along, and goes on with the same run when it is back", async () => {
    await killAndGoOn({ file: process.execPath, args: [SCRIPTED_DBT] }, "node");
  });

  test("does so with a dbt that is no Node program, too", async () => {
    const wrapper = join(base.dataDir, "dbt");
    await writeFile(wrapper, `#!/bin/sh\n"${process.execPath}" "${SCRIPTED_DBT}" "$@"\n`);
    await chmod(wrapper, 0o755);
    await killAndGoOn({ file: wrapper, args: [] }, "shell");
  });
});
