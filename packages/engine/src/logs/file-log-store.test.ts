import { appendFileSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogKey, LogLine } from "@airloom/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openFileLogStore } from "./file-log-store.ts";
import { logPath } from "./log-path.ts";

const KEY: LogKey = { dagId: "d", runId: "manual__2026", taskId: "t", mapIndex: -1, tryNumber: 1 };

function line(text: string): LogLine {
  return { at: "2026-01-01T00:00:00.000Z", level: "info", source: "task", text };
}

function newRoot(): string {
  return mkdtempSync(join(tmpdir(), "airloom-logs-"));
}

describe("openFileLogStore()", () => {
  test("reads back in order, page by page, and on from the end", async () => {
    const logs = openFileLogStore({ root: newRoot() });
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => logs.append(KEY, [line(`a${i}`), line(`b${i}`)])),
    );
    const first = await logs.read(KEY, { limit: 60 });
    const second = await logs.read(KEY, { token: first.token, limit: 60 });
    expect([first.isEnd, second.isEnd]).toEqual([false, true]);
    expect([...first.lines, ...second.lines].map((found) => found.text)).toEqual(
      Array.from({ length: 50 }, (_, i) => [`a${i}`, `b${i}`]).flat(),
    );
    await logs.append(KEY, [line("later")]);
    const third = await logs.read(KEY, { token: second.token, limit: 60 });
    expect(third.lines.map((found) => found.text)).toEqual(["later"]);
  });

  test("a line longer than the read buffer comes whole", async () => {
    const logs = openFileLogStore({ root: newRoot() });
    const long = "ü".repeat(400_000);
    await logs.append(KEY, [line(long), line("next")]);
    expect((await logs.read(KEY, { limit: 10 })).lines.map((found) => found.text)).toEqual([
      long,
      "next",
    ]);
  });

  test("a line that is still being written waits for its end", async () => {
    const root = newRoot();
    const logs = openFileLogStore({ root });
    await logs.append(KEY, [line("whole")]);
    appendFileSync(logPath(root, KEY), '{"at":"2026');
    expect((await logs.read(KEY, { limit: 10 })).lines).toHaveLength(1);
  });

  test("says that it is full, once, also after it was opened again", async () => {
    const root = newRoot();
    const options = { root, maxBytesPerAttempt: 300 };
    const logs = openFileLogStore(options);
    for (let i = 0; i < 20; i += 1) await logs.append(KEY, [line(`line ${i}`)]);
    const texts = (await logs.read(KEY, { limit: 100 })).lines.map((found) => found.text);
    expect(texts.at(-1)).toBe("The log is full: further lines are dropped");
    expect(texts.filter((text) => text.startsWith("The log"))).toHaveLength(1);
  });

  test("an attempt without a log is empty, and a made-up token is refused", async () => {
    const logs = openFileLogStore({ root: newRoot() });
    expect(await logs.read(KEY, { limit: 1 })).toEqual({ lines: [], token: "0", isEnd: true });
    await expect(logs.read(KEY, { token: "../x", limit: 1 })).rejects.toThrow(/"..\/x"/u);
  });

  test("no id leads out of the root, and no two ids share a file", async () => {
    const root = newRoot();
    const logs = openFileLogStore({ root });
    const ids = ["..", "../../etc", "a/b", "a%2Fb", "a\\b", "ä", "."];
    for (const dagId of ids) await logs.append({ ...KEY, dagId }, [line(dagId)]);
    for (const dagId of ids) {
      expect(
        (await logs.read({ ...KEY, dagId }, { limit: 9 })).lines.map((found) => found.text),
      ).toEqual([dagId]);
    }
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
