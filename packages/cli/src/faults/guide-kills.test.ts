import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "@airloom/api";
import { findFreePort } from "@airloom/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listProcesses, type ProcessKind } from "../../../../torture/process-list.ts";
import { openThrowawayProject, type ThrowawayProject } from "../journey/throwaway-project.ts";
import { isAlive } from "../project/environment-file.ts";

const DAG_ID = "dbt_cloud_provider_eltml";
const DBT_TASK = "trigger_dbt_cloud_job_run";
const RUN_MS = 180_000;

/** Long enough to be killed in: a cross join whose rows are only counted. */
const SLOW_MODEL = `select count(*) as pairs from range(20000) as a, range(20000) as b where (a.range + b.range) % 7 = 3`;

/** Ends by itself only when it was killed once. */
const STUBBORN_DAG = `import { Dag, getContext } from "airloom";
const dag = new Dag("stubborn", { schedule: null });
dag.task("hang", async () => {
  if (getContext().tryNumber === 1) await new Promise((wake) => setTimeout(wake, 600_000));
  return getContext().tryNumber;
}, { retries: 1, retryDelay: 0 })();
export default dag;
`;

describe("kill -9 in the middle of the guide's run", () => {
  let project: ThrowawayProject;
  // The connection names the job service's address: it must be the same after a restart.
  let ports: readonly string[];

  beforeAll(async () => {
    project = await openThrowawayProject("kills");
    ports = ["--port", "0", "--dbt-service-port", String(await findFreePort(28_081))];
    writeFileSync(join(project.dir, "dbt/models/marts/slow_count.sql"), SLOW_MODEL);
    writeFileSync(join(project.dir, "dags/stubborn.ts"), STUBBORN_DAG);
    // The first quickstart makes the connection and loads the small file; its run is not the one that is killed.
    await project.airloom("quickstart", ".", "--small", "--json", ...ports);
  }, RUN_MS);

  afterAll(() => project?.close(), 60_000);

  test.each<readonly [ProcessKind, boolean]>([
    ["dbt", false],
    ["dbt-service", false],
    ["triggerer", false],
    ["postgres", false],
    ["main", true],
  ])(
    "of %s: the run ends right, and the service saw one dbt run",
    async (kind, needsStart) => {
      const before = await countDbtRuns(project);
      const runId = await trigger(project, DAG_ID);
      await until(() => isNodeRunning(project, runId, "slow_count"), "the slow model to run");
      await kill(project, kind);
      if (needsStart) await project.airloom("dev", "start", ...ports);
      expect(await untilEnd(project, DAG_ID, runId)).toBe("success");
      expect(await countDbtRuns(project)).toBe(before + 1);
      const { task_instances: tasks } = await client(project).listTaskInstances({
        dag_id: DAG_ID,
        dag_run_id: runId,
      });
      expect(tasks.map((task) => [task.task_id, task.state])).toEqual(
        expect.arrayContaining([
          [DBT_TASK, "success"],
          ["ml_training", "success"],
        ]),
      );
    },
    RUN_MS,
  );

  test(
    "of a task's process: the attempt fails in words, and its retry succeeds",
    async () => {
      await client(project).patchDag({ dag_id: "stubborn", body: { is_paused: false } });
      const runId = await trigger(project, "stubborn");
      const key = { dag_id: "stubborn", dag_run_id: runId, task_id: "hang" };
      await until(
        async () => (await client(project).getTaskInstance(key)).state === "running",
        "the task to run",
      );
      await kill(project, "task");
      expect(await untilEnd(project, "stubborn", runId)).toBe("success");
      const { task_instances: tries } = await client(project).listTries(key);
      expect(
        tries.map((attempt) => [attempt.try_number, attempt.state, attempt.failure?.kind ?? null]),
      ).toEqual([
        [1, expect.stringMatching(/failed|up_for_retry/u), "killed"],
        [2, "success", null],
      ]);
      expect(tries[0]?.failure?.message).toMatch(/SIGKILL/u);
    },
    RUN_MS,
  );

  test(
    "of main, and then dev stop or dev start: what it left behind is stopped, or used again as it is",
    async () => {
      const find = () => listProcesses(project.readAddresses().pid, project.dir).get("postgres");
      const before = { pids: find(), url: project.readAddresses().databaseUrl };
      await kill(project, "main");
      await project.airloom("dev", "start", ...ports);
      expect({ pids: find(), url: project.readAddresses().databaseUrl }).toEqual(before);
      await kill(project, "main");
      expect(await project.airloom("dev", "stop")).toMatch(
        /^Stopped the PostgreSQL of "kills", all that was left of an/u,
      );
      expect(find()).toBeUndefined();
      await project.airloom("dev", "start", ...ports);
    },
    RUN_MS,
  );

  test("a second dev start says who runs, since when and what to do", async () => {
    await expect(project.airloom("dev", "start", ...ports)).rejects.toMatchObject({
      code: 6,
      stderr: expect.stringMatching(
        /"kills" is running already \(pid \d+, since \S+\) at http:\S+\. Stop it with ".*airloom(?:\.js)? dev stop"/u,
      ),
    });
  });
});

function client(project: ThrowawayProject): ApiClient {
  return project.connect().api;
}

async function trigger(project: ThrowawayProject, dagId: string): Promise<string> {
  const run = await client(project).triggerDagRun({ dag_id: dagId, body: {} });
  return run.dag_run_id;
}

async function isNodeRunning(
  project: ThrowawayProject,
  runId: string,
  name: string,
): Promise<boolean> {
  const { nodes } = await client(project).listUiNodes({
    dag_id: DAG_ID,
    dag_run_id: runId,
    task_id: DBT_TASK,
  });
  return nodes.some((node) => node.name === name && node.state === "running");
}

async function untilEnd(project: ThrowawayProject, dagId: string, runId: string): Promise<string> {
  let state = "";
  await until(async () => {
    state = (await client(project).getDagRun({ dag_id: dagId, dag_run_id: runId })).state;
    return state === "success" || state === "failed";
  }, "the run to end");
  return state;
}

/** Waits for something outside this process; while nothing answers, it has not happened yet. */
async function until(happened: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + RUN_MS - 20_000;
  while (performance.now() < end) {
    if (await happened().catch(() => false)) return;
    await sleep(50);
  }
  throw new Error(`Waited too long for ${what}`);
}

async function kill(project: ThrowawayProject, kind: ProcessKind): Promise<void> {
  const victims = listProcesses(project.readAddresses().pid, project.dir).get(kind) ?? [];
  expect(victims.length, `processes of kind ${kind}`).toBeGreaterThan(0);
  for (const pid of victims) process.kill(pid, "SIGKILL");
  await until(async () => victims.every((pid) => !isAlive(pid)), "the killed to be gone");
}

async function countDbtRuns(project: ThrowawayProject): Promise<number> {
  const { info, session } = project.connect();
  const response = await fetch(`${info.dbtServiceUrl}/api/v2/accounts/16173/runs/?limit=1`, {
    headers: { cookie: `airloom_session=${await session.getToken()}` },
  });
  const body: unknown = await response.json();
  return totalOf(body);
}

function totalOf(body: unknown): number {
  const total = /"total_count":(?<total>\d+)/u.exec(JSON.stringify(body))?.groups?.["total"];
  if (total === undefined) throw new Error(`No total in ${JSON.stringify(body)}`);
  return Number(total);
}
