import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogKey, LogLine, LogStore } from "@airloom/core";
import { describeLogStore } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { openFileLogStore } from "./file-log-store.ts";
import { logPath } from "./log-path.ts";

const KEY: LogKey = { dagId: "d", runId: "manual__2026", taskId: "t", mapIndex: -1, tryNumber: 1 };

function line(text: string): LogLine {
  return { at: "2026-01-01T00:00:00.000Z", level: "info", source: "task", text };
}

function newRoot(): string {
  const dir = mkdtempSync(join(tmpdir(), "airloom-logs-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

describeLogStore("FileLogStore", async () => openFileLogStore({ root: newRoot() }));

describe("openFileLogStore()", () => {
  test("a line that is still being written waits for its end", async () => {
    const root = newRoot();
    const logs = openFileLogStore({ root });
    await logs.append(KEY, [line("whole")]);
    appendFileSync(logPath(root, KEY), '{"at":"2026');
    expect((await logs.read(KEY, { limit: 10 })).lines).toHaveLength(1);
  });

  test("says that it is full, once, also after it was opened again", async () => {
    const root = newRoot();
    for (let opened = 0; opened < 3; opened += 1) {
      const logs = openFileLogStore({ root, maxBytesPerAttempt: 300 });
      for (let i = 0; i < 20; i += 1) await logs.append(KEY, [line(`line ${i}`)]);
      await logs.append(KEY, [line("x".repeat(300))]);
    }
    const logs = openFileLogStore({ root });
    const texts = (await logs.read(KEY, { limit: 100 })).lines.map((found) => found.text);
    expect(texts.at(-1)).toBe("The log is full: further lines are dropped");
    expect(texts.filter((text) => text.startsWith("The log"))).toHaveLength(1);
  });

  test("finds its index of a long log again after it was opened anew, and counts on from there (U3)", async () => {
    const root = newRoot();
    const view = (logs: LogStore) =>
      logs.view(KEY, { filter: { search: "", least: "error" }, place: { kind: "end" }, limit: 1 });
    const logs = openFileLogStore({ root });
    const long = Array.from({ length: 500 }, (_, index) => line(`${"x".repeat(20_000)} ${index}`));
    await logs.append(KEY, [...long, { ...line("bad"), level: "error" }]);
    expect(await view(logs)).toMatchObject({ total: 501, firstError: 501 });
    expect(existsSync(`${logPath(root, KEY)}.index`)).toBe(true);

    const anew = openFileLogStore({ root });
    await anew.append(KEY, [line("more"), { ...line("worse"), level: "error" }]);
    expect(await view(anew)).toMatchObject({ total: 503, matching: 2, firstError: 501 });
  });

  test.each([
    [
      "is of another log",
      async (path: string) =>
        writeFileSync(`${path}.index`, readFileSync(`${path}.index`).fill(1, 8)),
    ],
    ["was cut short", async (path: string) => truncateSync(`${path}.index`, 100)],
    [
      "belongs to a log that was removed",
      async (path: string) => {
        const text = readFileSync(path);
        writeFileSync(`${path}.2`, text);
        renameSync(`${path}.2`, path);
      },
    ],
  ] as const)("an index that %s is made anew (U3)", async (_name, spoil) => {
    const root = newRoot();
    const logs = openFileLogStore({ root });
    const look = {
      filter: { search: "", least: "debug" },
      place: { kind: "end" },
      limit: 1,
    } as const;
    await logs.append(
      KEY,
      Array.from({ length: 500 }, () => line("x".repeat(20_000))),
    );
    const before = await logs.view(KEY, look);
    await spoil(logPath(root, KEY));
    expect(await openFileLogStore({ root }).view(KEY, look)).toEqual(before);
    expect(await logs.view(KEY, look)).toEqual(before);
  });

  test("a line that is still being written is not seen, whatever is looked for (U3)", async () => {
    const root = newRoot();
    const logs = openFileLogStore({ root });
    await logs.append(KEY, [line("whole")]);
    appendFileSync(logPath(root, KEY), '{"at":"2026-01-01T00:00:00.000Z","level":"error","whole');
    const view = await logs.view(KEY, {
      filter: { search: "whole", least: "debug" },
      place: { kind: "end" },
      limit: 9,
    });
    expect(view).toMatchObject({ total: 1, matching: 1, counts: { error: 0, info: 1 } });
  });

  test("no id leads out of the root", async () => {
    const root = newRoot();
    const logs = openFileLogStore({ root });
    const ids = ["..", "../../etc", "a/b", "."];
    for (const dagId of ids) await logs.append({ ...KEY, dagId }, [line(dagId)]);
    expect(readdirSync(root)).toHaveLength(ids.length);
  });
});

test("logPath() is one-to-one and stays below its root", () => {
  const anyId = fc.string({ minLength: 1, maxLength: 30, unit: "binary" });
  fc.assert(
    fc.property(anyId, anyId, (a, b) => {
      const [one, other] = [a, b].map((dagId) => logPath("/root", { ...KEY, dagId }));
      expect(one?.startsWith("/root/dag_id=")).toBe(true);
      expect(one === other).toBe(Buffer.from(a, "utf8").equals(Buffer.from(b, "utf8")));
    }),
    { numRuns: 1_000 },
  );
});
