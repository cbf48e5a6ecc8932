import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Workload } from "@airloom/core";
import { describeExecutor, type ExecutorHarness, type WorkKind } from "@airloom/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { logKeyOf } from "../logs/attempt-log.ts";
import { logPath } from "../logs/log-path.ts";
import {
  CONNECTION,
  fileExists,
  type Harness,
  openHarness,
  TASKS_FILE,
} from "./fixtures/harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness.close());

function isAlive(pid: number): boolean {
  try {
    // A process that has ended but was not waited for yet is dead all the same.
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const TASK_OF: Readonly<Record<WorkKind, string>> = {
  succeeds: "answer",
  fails: "fail",
  dies: "kill_self",
  lingers: "linger",
  is_refused: "answer",
  is_unconfirmed: "answer",
};

async function openForSuite({ slots }: { readonly slots: number }): Promise<ExecutorHarness> {
  const kinds = new Map<string, WorkKind>();
  const markers = new Map<string, string>();
  const own = await openHarness({
    parallelism: slots,
    isConfirmed: ({ taskInstanceId }) => {
      const kind = kinds.get(taskInstanceId);
      if (kind === "is_unconfirmed") throw new Error("The database is away");
      return kind !== "is_refused";
    },
  });
  const markerOf = ({ taskInstance }: Workload): string => markers.get(taskInstance.id) ?? "";
  return {
    executor: own.executor,
    workloadOf: (kind) => {
      const marker = join(own.folder, `attempt${kinds.size}`);
      const workload = own.workloadOf(TASK_OF[kind], { conf: { marker } });
      kinds.set(workload.taskInstance.id, kind);
      markers.set(workload.taskInstance.id, `${marker}.started`);
      return workload;
    },
    untilRunning: (workload) => own.until(fileExists(markerOf(workload))),
    hasRun: ({ taskInstance }) => own.kept.xcoms.has(`${taskInstance.id}/return_value`),
    isLeft: (workload) =>
      existsSync(markerOf(workload)) && isAlive(Number(readFileSync(markerOf(workload), "utf8"))),
    close: () => own.close(),
  };
}

describeExecutor("LocalExecutor", openForSuite);

describe("an attempt", () => {
  test("starts only after its start was confirmed, and keeps what it returns", async () => {
    const workload = harness.workloadOf("answer");
    const finished = await harness.start(workload);
    const { id } = workload.taskInstance;
    expect(finished).toEqual({
      kind: "finished",
      taskInstanceId: id,
      tryNumber: 1,
      leaseToken: workload.leaseToken,
      outcome: { kind: "success" },
      skip: [],
    });
    expect(harness.kept.xcoms.get(`${id}/return_value`)).toEqual({ answer: 42 });
    expect(harness.events).toContainEqual({ kind: "started", taskInstanceId: id, tryNumber: 1 });
  });

  test("ends as its code says", async () => {
    expect((await harness.run("nothing")).outcome).toEqual({ kind: "success" });
    expect((await harness.run("skip")).outcome).toEqual({
      kind: "skipped",
      message: "nothing to do",
    });
    expect((await harness.run("fail_for_good")).outcome).toMatchObject({
      kind: "failed",
      retryable: false,
    });
    expect((await harness.run("choose")).skip).toEqual(["right"]);
    expect((await harness.run("defer")).outcome).toMatchObject({
      kind: "deferred",
      deferral: { trigger: "airloom.time", input: { at: "2030-01-01T00:00:00.000Z" } },
    });
    expect((await harness.run("too_large")).outcome).toMatchObject({
      failure: { message: "too large for an XCom" },
    });
  });

  test("an error keeps the author's line and is in the log", async () => {
    const workload = harness.workloadOf("fail");
    const { outcome } = await harness.start(workload);
    expect(outcome).toMatchObject({
      kind: "failed",
      retryable: true,
      failure: { kind: "error", message: "rows are missing" },
    });
    const line =
      readFileSync(workload.file, "utf8")
        .split("\n")
        .findIndex((text) => text.includes("rows are missing")) + 1;
    expect(outcome.kind === "failed" && outcome.failure.place).toMatch(
      new RegExp(`tasks\\.ts:${line}:\\d+$`, "u"),
    );
    expect((await harness.logOf(workload)).join("\n")).toContain("TypeError: rows are missing");
  });

  test("errors that nobody catches fail it, and its process is not used again", async () => {
    const { outcome } = await harness.run("stray_rejection");
    expect(outcome).toMatchObject({ kind: "failed", failure: { message: "nobody catches this" } });
    expect((await harness.run("stray_throw")).outcome).toMatchObject({
      failure: { message: "thrown in a timer" },
    });
    expect((await harness.run("nothing")).outcome).toEqual({ kind: "success" });
  });

  test.each([
    ["exit", "exit code 3"],
    ["kill_self", "killed by SIGKILL"],
    ["out_of_heap", "heap limit is 256 MB"],
  ])("%s is told in words", async (taskId, words) => {
    const { outcome } = await harness.run(taskId);
    expect(outcome).toMatchObject({ kind: "failed", retryable: true, failure: { kind: "killed" } });
    expect(outcome.kind === "failed" && outcome.failure.message).toContain(words);
  });

  test("cannot speak for the platform on its pipes", async () => {
    const finished = await harness.run("speak_for_platform");
    expect(finished.outcome).toMatchObject({ failure: { message: "really failed" } });
    expect(finished.skip).toEqual([]);
  });

  test.each(["nothing", "null", "kind", "finished", "log", "call"])(
    "that garbles what its process says (%s) is ended, and harms nobody else",
    async (how) => {
      const { outcome } = await harness.run(`garble_${how}`);
      expect(outcome).toMatchObject({
        kind: "failed",
        retryable: true,
        failure: {
          kind: "killed",
          message: expect.stringMatching(/^The task's process said what nobody understands/u),
        },
      });
      expect((await harness.run("answer")).outcome).toEqual({ kind: "success" });
    },
  );

  test.each([
    "scheduler",
    "triggerer",
    "level",
    "text",
    "reschedule",
    "no_date",
    "deferral",
    "failure",
    "skip",
    "method",
    "args",
    "proto",
  ])(
    "that says what no task may say (%s) fails, and leaves nothing of it (S8, S11)",
    async (what) => {
      const workload = harness.workloadOf(`forge_${what}`);
      const { outcome } = await harness.start(workload);
      expect(outcome).toMatchObject({ kind: "failed", failure: { kind: "killed" } });
      expect(
        (await harness.logOf(workload)).filter((line) => line.endsWith("all is well")),
      ).toEqual([]);
    },
  );

  test.each([
    "buffer_from",
    "buffer_pool",
    "encode",
    "byte_length",
    "descriptor",
    "write_sync",
    "binding",
    "stringify",
    "array",
    "emitter",
  ])("cannot learn by %s how its process speaks to the platform (S8)", async (how) => {
    const workload = harness.workloadOf(`steal_${how}`);
    await harness.start(workload);
    const value = harness.kept.xcoms.get(`${workload.taskInstance.id}/return_value`);
    expect([value, await harness.logOf(workload)]).toEqual([
      "nothing was seen",
      expect.arrayContaining(["task: something is said"]),
    ]);
  });

  test("that garbles what its process says with a secret is told without it", async () => {
    const { outcome } = await harness.run("garble_secret");
    expect(outcome).toMatchObject({ failure: { message: expect.stringContaining("***") } });
    expect(JSON.stringify(outcome)).not.toContain("variable&secret");
  });

  test("one that leaves timers behind takes its process with it", async () => {
    const first = harness.workloadOf("leave_timer");
    await harness.start(first);
    const pid = Number(harness.kept.xcoms.get(`${first.taskInstance.id}/return_value`));
    await harness.until(() => !isAlive(pid));
    expect(isAlive(pid)).toBe(false);
  });

  test("is resumed with what its trigger said", async () => {
    const workload = harness.workloadOf("resumed", {
      resumption: { kind: "event", payload: { n: 1 } },
    });
    await harness.start(workload);
    const value = harness.kept.xcoms.get(`${workload.taskInstance.id}/return_value`);
    expect(value).toEqual({ kind: "event", payload: { n: 1 } });
    const late = await harness.run("resumed", { resumption: { kind: "timeout" } });
    expect(late.outcome).toMatchObject({ kind: "failed", failure: { kind: "timeout" } });
  });
});

describe("the task's surroundings", () => {
  test("hold the project's variables and none of the platform's secrets", async () => {
    process.env["AIRLOOM_CONN_DB"] = "postgres://user:secret@host/db";
    const other = await openHarness();
    const workload = other.workloadOf("environment");
    await other.start(workload);
    const seen = JSON.stringify(other.kept.xcoms.get(`${workload.taskInstance.id}/return_value`));
    delete process.env["AIRLOOM_CONN_DB"];
    expect(seen).toContain('"FROM_PROJECT":"yes"');
    expect(seen).not.toMatch(/DATABASE_URL|SECRET_KEY|CONN_DB|VITEST|lease/u);
    await other.close();
  });

  test("reach nodes, task state, rendered fields; fields and nodes are masked", async () => {
    const workload = harness.workloadOf("reported");
    expect((await harness.start(workload)).outcome).toEqual({ kind: "success" });
    const value = harness.kept.xcoms.get(`${workload.taskInstance.id}/return_value`);
    expect(value).toEqual(["2026-01-01", { url: "x" }, null]);
    expect(harness.kept.fields.at(-1)).toEqual({ url: "***", day: "2026-01-01" });
    expect(harness.kept.nodes.at(-1)).toMatchObject({
      uniqueId: "model.a",
      index: 0,
      startedAt: new Date("2026-01-01"),
    });
  });
});

describe("the log", () => {
  test("keeps the order of log, console and stdout", async () => {
    const workload = harness.workloadOf("ordered");
    await harness.start(workload);
    const lines = (await harness.logOf(workload)).map((line) => line.replace(/^\w+: /u, ""));
    expect(lines).toEqual(Array.from({ length: 150 }, (_, index) => `line ${index}`));
  });

  test("has every channel, each with its source", async () => {
    const workload = harness.workloadOf("channels");
    await harness.start(workload);
    expect((await harness.logOf(workload)).toSorted()).toEqual([
      "stderr: from console.error",
      "stderr: from descriptor 2",
      "stdout: from a child process",
      "stdout: from a worker thread",
      "stdout: from console.log",
      "stdout: from descriptor 1",
      "stdout: from process.stdout",
      "stdout: without a newline at the end",
      "task: from the log",
    ]);
  });

  test("has of each line of the console the level it was written with (U2)", async () => {
    const workload = harness.workloadOf("levels");
    await harness.start(workload);
    expect(await harness.levelsOf(workload)).toEqual([
      "debug: from debug",
      "info: from log",
      "info: from info",
      "warning: from warn",
      "warning: in two lines",
      "error: from error",
      "error: Assertion failed: from assert",
      "info: 'from dir'",
      "warning: from a console of its own",
      "warning: DeprecationWarning: from Node",
      "error: from the stream",
    ]);
  });

  test("shows no secret in any channel or encoding", async () => {
    const workload = harness.workloadOf("secrets");
    const { outcome } = await harness.start(workload);
    const log = (await harness.logOf(workload)).join("\n");
    const shown = `${log}\n${JSON.stringify(outcome)}`;
    const secrets = [
      CONNECTION.password ?? "",
      'variable&secret="yes"',
      "extra-key-0123456789",
      "made up later",
    ];
    for (const secret of secrets) {
      const hidden = [
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
        Buffer.from(secret).toString("hex"),
      ];
      for (const form of hidden) expect(shown).not.toContain(form);
      expect(shown).not.toContain(Buffer.from(secret).toString("base64").slice(4, 16));
    }
    expect(log).toContain("stdout: worker ***");
    expect(log).toContain("stdout: split ***");
    expect(log).toContain("stdout: child ***");
    expect(log.match(/\*\*\*/gu)?.length).toBeGreaterThan(40);
  });

  test.each(["return", "fail", "skip"])(
    "and nothing else that people see shows what maskSecret() has named, where the task ends with %s (S10)",
    async (end) => {
      const workload = harness.workloadOf("named", { conf: { end } });
      const { outcome } = await harness.start(workload);
      const { kept } = harness;
      const of = (key: string) => `${workload.taskInstance.id}/${key}`;
      const log = await harness.logOf(workload);
      expect(log).toContain("task: task ***");
      const node = kept.nodes.find(({ uniqueId }) => uniqueId === "model.n");
      const seen = [log, outcome, kept.fields.at(-1), node, kept.shown.get(of("nested"))];
      expect(JSON.stringify(seen)).not.toContain("named-by-the-task");
      expect(kept.fields.at(-1)).toEqual({ url: "https://***@host" });
      expect(kept.shown.get(of("nested"))).toEqual({ list: ["x ***", 1], "***": true });
      expect(kept.shown.get(of("plain"))).toBeNull();
      // What other tasks and programs receive is what it was; a variable with it is a secret from then on.
      expect(kept.xcoms.get(of("nested"))).toMatchObject({ list: ["x named-by-the-task", 1] });
      expect(kept.variables.get("told")).toEqual(["token=named-by-the-task", true]);
      expect(kept.variables.get("plain")).toEqual(["token=x", false]);
      if (end === "return") expect(kept.shown.get(of("return_value"))).toBe("***");
    },
  );

  test("hides what was named before a wait also after it, and forgets it with the attempt (S10)", async () => {
    const waiting = harness.workloadOf("named", { conf: { end: "wait" } });
    expect((await harness.start(waiting)).outcome).toMatchObject({ kind: "deferred" });
    const other = await harness.run("unnamed");
    expect(other.outcome).toEqual({ kind: "success" });
    expect(harness.kept.shown.get(`${other.taskInstanceId}/return_value`)).toBeNull();

    const resumption = { kind: "event", payload: null } as const;
    const { outcome } = await harness.start({ ...waiting, resumption });
    expect(outcome).toEqual({ kind: "success" });
    expect((await harness.logOf(waiting)).at(-1)).toBe("task: resumed with ***");
    const key = `${waiting.taskInstance.id}/return_value`;
    expect(harness.kept.shown.get(key)).toBe("resumed ***");
    const [unnamed] = [harness.workloadOf("unnamed")];
    const again = {
      ...unnamed,
      taskInstance: { ...unnamed.taskInstance, id: waiting.taskInstance.id },
    };
    await harness.start(again);
    expect(harness.kept.shown.get(key)).toBeNull();
  });

  test("is on disk when the attempt has ended, and when its executor is closed over it", async () => {
    const own = await openHarness();
    const textOf = ({ taskInstance }: Workload): string =>
      readFileSync(logPath(join(own.folder, "logs"), logKeyOf(taskInstance)), "utf8");
    const failing = own.workloadOf("fail");
    await own.start(failing);
    expect(textOf(failing)).toContain("TypeError: rows are missing");
    const marker = join(own.folder, "lingers");
    const lingering = own.workloadOf("linger", { conf: { marker } });
    void own.start(lingering);
    await own.until(fileExists(`${marker}.started`));
    await own.executor.close();
    expect(textOf(lingering)).toContain("the executor was closed");
    await own.close();
  });

  test("a task that closes its output does not hold anything up", async () => {
    const finished = await harness.run("closed_output");
    expect(finished.outcome).toEqual({ kind: "success" });
  });
});

describe("stopping", () => {
  async function startAndStop(
    taskId: string,
  ): Promise<{ readonly marker: string; readonly outcome: unknown }> {
    const marker = join(harness.folder, taskId);
    const workload = harness.workloadOf(taskId, { conf: { marker } });
    const finished = harness.start(workload);
    await harness.until(fileExists(`${marker}.started`));
    harness.executor.abort(workload.taskInstance.id, "Marked as failed by admin");
    return { marker, outcome: (await finished).outcome };
  }

  test("reaches an attempt whose process has to be replaced because its file changed", async () => {
    let confirmed = 0;
    const own = await openHarness({
      parallelism: 1,
      isConfirmed: ({ taskInstanceId }) => {
        confirmed += 1;
        if (confirmed === 2) own.executor.abort(taskInstanceId, "Marked as failed by admin");
        return true;
      },
    });
    const file = join(own.folder, "tasks.ts");
    copyFileSync(TASKS_FILE, file);
    expect((await own.run("nothing", { file })).outcome).toEqual({ kind: "success" });
    appendFileSync(file, "// changed\n");
    expect((await own.run("nothing", { file })).outcome).toMatchObject(KILLED);
    await own.close();
  });

  const KILLED = {
    kind: "failed",
    failure: { kind: "killed", message: "Marked as failed by admin" },
  };

  test("tells the task through its signal first", async () => {
    const { marker, outcome } = await startAndStop("wait_for_abort");
    expect(outcome).toMatchObject(KILLED);
    expect(existsSync(`${marker}.aborted`)).toBe(true);
  });

  test("lets the operator cancel what runs outside, with what it kept", async () => {
    harness.kept.states.set("run_id", 77);
    const { marker, outcome } = await startAndStop("cancels");
    expect(outcome).toMatchObject(KILLED);
    expect(readFileSync(`${marker}.cancelled`, "utf8")).toBe("77");
  });

  test.each(["endless_loop", "blocked_in_native_code"])("works in %s", async (taskId) => {
    expect((await startAndStop(taskId)).outcome).toMatchObject(KILLED);
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain("sleep 86399");
  });

  test("takes children along, those that ignore SIGTERM and those that left the group", async () => {
    const { marker, outcome } = await startAndStop("stubborn_child");
    expect(outcome).toMatchObject(KILLED);
    const pids = readFileSync(`${marker}.started`, "utf8").split(" ").map(Number);
    await harness.until(() => !pids.some(isAlive));
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test("happens by itself after executionTimeout", async () => {
    const { outcome } = await harness.run("slow");
    expect(outcome).toMatchObject({
      kind: "failed",
      retryable: true,
      failure: {
        kind: "timeout",
        message: "The attempt took longer than its executionTimeout of 0.2 s",
      },
    });
  });
});

describe("processes", () => {
  test.each(["1", "2"])(
    "are replaced when the Dag file has changed (seen as %s), and the attempt is started once",
    async (fileHash) => {
      const started = new Set<string>();
      const isConfirmed = ({ taskInstanceId }: { readonly taskInstanceId: string }): boolean => {
        if (started.has(taskInstanceId)) return false;
        started.add(taskInstanceId);
        return true;
      };
      const own = await openHarness({ parallelism: 1, isConfirmed });
      const file = join(own.folder, "tasks.ts");
      copyFileSync(TASKS_FILE, file);
      await own.run("nothing", { file });
      appendFileSync(file, "// changed\n");
      expect((await own.run("nothing", { file, fileHash })).outcome).toEqual({ kind: "success" });
      expect(own.events.filter(({ kind }) => kind === "started")).toHaveLength(2);
      await own.close();
    },
  );

  test("are used again, and hundreds of attempts each finish exactly once", async () => {
    const count = 300;
    const before = harness.events.length;
    await Promise.all(Array.from({ length: count }, () => harness.run("nothing")));
    const finished = harness.events.slice(before).filter((event) => event.kind === "finished");
    expect(finished.length).toBe(count);
    expect(new Set(finished.map((event) => event.taskInstanceId)).size).toBe(count);
    expect(finished.every((event) => event.outcome.kind === "success")).toBe(true);
  });

  test("end with their executor, however it ends", async () => {
    const script = `
      import { openHarness } from ${JSON.stringify(new URL("./fixtures/harness.ts", import.meta.url).href)};
      const harness = await openHarness();
      const marker = harness.folder + "/orphan";
      void harness.run("endless_loop", { conf: { marker } });
      await harness.until(() => (globalThis.process.getBuiltinModule("node:fs").existsSync(marker + ".started")));
      console.log(marker);
      process.kill(process.pid, "SIGKILL");
    `;
    const shown = (): string => execFileSync("ps", ["-eo", "pid,pgid,args"], { encoding: "utf8" });
    const runners = (): readonly string[] =>
      shown()
        .split("\n")
        .filter((line) => line.includes("runner/main.ts"))
        .map((line) => line.trim().split(/\s+/u)[0] ?? "");
    const before = new Set(runners());
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
    });
    expect(child.signal).toBe("SIGKILL");
    rmSync(dirname(child.stdout.trim()), { recursive: true });
    await harness.until(() => runners().every((pid) => before.has(pid)));
    expect(runners().filter((pid) => !before.has(pid))).toEqual([]);
  });
});
