import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadProject, type Project } from "../project/project.ts";
import {
  beginSupervision,
  describeRestart,
  describeStatus,
  findSupervision,
  judgeDeaths,
  readSupervision,
  takeBirth,
} from "./supervise.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const deathsAt = (...seconds: readonly number[]) =>
  seconds.map((second) => ({ at: new Date(START + second * 1_000).toISOString(), how: "SIGKILL" }));

describe("judgeDeaths() (S5)", () => {
  test.each([
    ["no death", [], 0],
    ["one death", [0], 250],
    ["the third within a minute of the last", [0, 30, 60], 1_000],
    ["one long after the others", [0, 1, 2, 3, 500], 250],
    ["a pause of just a minute still counts", [0, 60, 120], 1_000],
  ])("after %s it is started again", (_, seconds, afterMs) => {
    expect(judgeDeaths(deathsAt(...seconds))).toEqual({ kind: "start", afterMs });
  });

  test("gives up at the twentieth death in a row, and names the last", () => {
    const nineteen = Array.from({ length: 19 }, (_, second) => second);
    expect(judgeDeaths(deathsAt(...nineteen))).toEqual({ kind: "start", afterMs: 10_000 });
    expect(judgeDeaths(deathsAt(...nineteen, 19))).toEqual({
      kind: "give_up",
      reason:
        "its main process died 20 times, each time within 60 s of the last; most recently: SIGKILL",
    });
  });

  test("outlives a task that kills the server in each of its four tries, however quickly", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 4 }), (gaps) => {
        const times = gaps.map((_, index) => gaps.slice(0, index + 1).reduce((a, b) => a + b, 0));
        expect(judgeDeaths(deathsAt(...times)).kind).toBe("start");
      }),
    );
  });
});

test.each([
  [137, "SIGKILL"],
  [134, "SIGABRT"],
  [139, "SIGSEGV"],
  [70, "exit code 70"],
  [255, "exit code 255"],
])("status %i of a shell is %s", (status, words) => {
  expect(describeStatus(status)).toBe(words);
});

describe("beginSupervision() (S5)", () => {
  test("the first main process has no past, and the next knows what its predecessor died of", () => {
    const project = emptyProject();
    const supervisorPid = process.pid;
    const first = beginSupervision(project, { status: undefined, supervisorPid }, new Date(START));
    expect(first).toEqual({ kind: "start", afterMs: 0 });
    expect(describeRestart(readSupervision(project))).toBeUndefined();

    beginSupervision(project, { status: 137, supervisorPid }, new Date(START + 5_000));
    expect(readSupervision(project)).toMatchObject({ phase: "waits", mainPid: process.pid });
    expect(describeRestart(readSupervision(project))).toBe(
      "Restarted at 2026-01-01T00:00:05.000Z because the main process was killed by SIGKILL at 2026-01-01T00:00:05.000Z",
    );
    // Another program has the number by now.
    expect(findSupervision(project)).toBeUndefined();

    beginSupervision(project, { status: undefined, supervisorPid }, new Date(START + 9_000));
    expect(readSupervision(project)?.deaths).toEqual([]);
  });

  test("what the supervisor says is not handed on to user code", () => {
    const env = { AIRLOOM_ENDED: "137", AIRLOOM_SUPERVISOR: "12", PATH: "/bin" };
    expect(takeBirth(env)).toEqual({ status: 137, supervisorPid: 12 });
    expect(env).toEqual({ PATH: "/bin" });
    expect(takeBirth({ AIRLOOM_ENDED: "", AIRLOOM_SUPERVISOR: "12" }).status).toBeUndefined();
  });
});

function emptyProject(): Project {
  const dir = mkdtempSync(join(tmpdir(), "airloom-supervise-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, "airloom.config.json"), "{}");
  const project = loadProject(dir);
  return { ...project, stateDir: project.dir };
}
