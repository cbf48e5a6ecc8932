import { expect, test } from "vitest";
import type { TaskCallsHarness } from "./harness.ts";

/** What a task does with runs of other Dags. */
export function describeOtherRuns(open: () => Promise<TaskCallsHarness>): void {
  const other = { dagId: "other", conf: {}, logicalDate: null };

  test("a run of another Dag is started under its own or a made-up id", async () => {
    const { api, attempt } = await open();
    const logicalDate = "2025-01-01T00:00:00.000Z";
    const made = await api.triggerDag(attempt, { ...other, runId: null, logicalDate });
    expect(await api.triggerDag(attempt, { ...other, runId: "mine" })).toBe("mine");
    for (const runId of [made, "mine"]) {
      expect(await api.findRunState(attempt, { dagId: "other", runId })).toBe("queued");
    }
    expect(await api.findRunState(attempt, { dagId: "other", runId: "none" })).toBeUndefined();
  });

  test("a refusal comes with its code and message", async () => {
    const { api, attempt } = await open();
    await api.triggerDag(attempt, { ...other, runId: "mine" });
    await expect(api.triggerDag(attempt, { ...other, runId: "mine" })).rejects.toMatchObject({
      name: "AirloomError",
      code: "run.conflict",
      message: expect.stringContaining('"mine"'),
    });
    await expect(
      api.triggerDag(attempt, { ...other, dagId: "none", runId: null }),
    ).rejects.toMatchObject({ code: "dag.not_found" });
  });
}
