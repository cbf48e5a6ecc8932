import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openThrowawayProject, type ThrowawayProject } from "../journey/throwaway-project.ts";

const PATIENCE_MS = 240_000;
const NOBODY = { uid: 65_534, gid: 65_534 };

/** One line that ends the server, where the task runs as the same user. */
const POISON = `import { Dag } from "airloom";
const dag = new Dag("poison", { schedule: null });
dag.task("kill", async () => {
  process.kill(process.ppid, "SIGKILL");
  await new Promise((wake) => setTimeout(wake, 600_000));
}, { retries: 0 })();
export default dag;
`;

describe("an environment that a person started", () => {
  let project: ThrowawayProject;

  beforeAll(async () => {
    project = await openThrowawayProject("poison", process.getuid?.() === 0 ? NOBODY : undefined);
    writeFileSync(join(project.dir, "dags", "poison.ts"), POISON);
    await project.airloom("dev", "start", "--port", "0", "--dbt-service-port", "0");
  }, PATIENCE_MS);

  afterAll(() => project?.close(), 60_000);

  test(
    "comes back from a task that kills it, says why, and ends the task after its limit (S5)",
    async () => {
      const before = project.readAddresses();
      const key = { dag_id: "poison", dag_run_id: "r" };
      const api = () => project.connect().api;
      await until(async () => {
        await api().patchDag({ dag_id: "poison", body: { is_paused: false } });
        return true;
      });
      await api().triggerDagRun({ dag_id: "poison", body: { dag_run_id: "r" } });
      await until(async () => (await api().getDagRun(key)).state === "failed");

      const { state, failure } = await api().getTaskInstance({ ...key, task_id: "kill" });
      expect({ state, ...failure }).toMatchObject({
        state: "failed",
        kind: "lost",
        message: expect.stringMatching(/^lost 4 times, the last time because /u),
      });
      const { pid, url } = project.readAddresses();
      expect(pid).not.toBe(before.pid);
      expect(url).toBe(before.url);

      const why = /because the main process was killed by SIGKILL at \S+ \(death 4 since/u;
      expect(await project.airloom("dev", "ps")).toMatch(why);
      expect(await project.airloom("doctor")).toMatch(why);
      expect((await api().getUiConfig({})).notices.join("\n")).toMatch(why);
      // Whoever saw it die and starts it is told in the terminal.
      expect(await project.hear("dev", "start")).toMatch(why);
    },
    PATIENCE_MS,
  );
});

/** Waits for something outside this process; while nothing answers, it has not happened yet. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS - 30_000;
  while (performance.now() < end) {
    if (await happened().catch(() => false)) return;
    await sleep(50);
  }
  throw new Error("Waited too long");
}
