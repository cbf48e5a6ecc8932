import type { LogKey, LogLine, LogStore } from "@airloom/core";
import { describe, expect, test } from "vitest";

const KEY: LogKey = { dagId: "d", runId: "manual__1", taskId: "t", mapIndex: -1, tryNumber: 1 };

function line(text: string, fields: Partial<LogLine> = {}): LogLine {
  return { at: "2026-01-01T00:00:00.000Z", level: "info", source: "task", text, ...fields };
}

function lines(count: number, prefix = "line"): readonly LogLine[] {
  return Array.from({ length: count }, (_, index) => line(`${prefix} ${index}`));
}

/** Reads a whole log in pages, and checks of each page what holds for all. */
async function readAll(logs: LogStore, key: LogKey, limit: number): Promise<readonly LogLine[]> {
  const all: LogLine[] = [];
  let token: string | undefined;
  for (;;) {
    const page = await logs.read(key, token === undefined ? { limit } : { token, limit });
    expect(page.lines.length).toBeLessThanOrEqual(limit);
    expect(page.isEnd || page.lines.length > 0).toBe(true);
    all.push(...page.lines);
    if (page.isEnd) return all;
    ({ token } = page);
  }
}

/** What every adapter of `LogStore` must do. `open` gives an empty one each time. */
export function describeLogStore(adapterName: string, open: () => Promise<LogStore>): void {
  describe(adapterName, () => {
    describe("append()", () => {
      test("keeps the order of lines, also of appends that nobody waited for", async () => {
        const logs = await open();
        const written = lines(100);
        const appends = Array.from({ length: 50 }, (_, index) =>
          logs.append(KEY, written.slice(2 * index, 2 * index + 2)),
        );
        await Promise.all(appends);
        expect(await readAll(logs, KEY, 1_000)).toEqual(written);
      });

      test("keeps every line as it was given", async () => {
        const logs = await open();
        const written = [
          line("", { level: "debug", source: "stdout" }),
          line("two\nlines\r\n", { level: "warning", source: "stderr" }),
          line('"quoted" \\ \0 \u2028 ünusual 🙂', { level: "error", source: "dbt" }),
          line("ü".repeat(400_000), { at: "2026-12-31T23:59:59.999Z" }),
          line("last"),
        ];
        await logs.append(KEY, written);
        expect(await readAll(logs, KEY, 2)).toEqual(written);
      });

      test("is read by whoever reads after it, and nothing is written by no lines", async () => {
        const logs = await open();
        await logs.append(KEY, []);
        expect((await logs.read(KEY, { limit: 9 })).lines).toEqual([]);
        for (const written of lines(5)) {
          await logs.append(KEY, [written]);
          expect((await readAll(logs, KEY, 3)).at(-1)).toEqual(written);
        }
      });

      test("mixes no two attempts, however odd their names are", async () => {
        const logs = await open();
        const names = ["..", ".", "../../etc", "a/b", "a%2Fb", "a\\b", "a b", "ä", "a", "~"];
        const keys: readonly LogKey[] = [
          ...names.map((dagId) => ({ ...KEY, dagId })),
          ...names.map((runId) => ({ ...KEY, runId })),
          ...names.map((taskId) => ({ ...KEY, taskId })),
          { ...KEY, mapIndex: 0 },
          { ...KEY, mapIndex: 1 },
          { ...KEY, tryNumber: 2 },
        ];
        const textOf = (key: LogKey): string => JSON.stringify(key);
        await Promise.all(keys.map((key) => logs.append(key, [line(textOf(key))])));
        for (const key of keys) expect(await readAll(logs, key, 9)).toEqual([line(textOf(key))]);
      });
    });

    describe("read()", () => {
      test.each([1, 2, 3, 7, 19, 20, 21])(
        "in pages of %i gives every line exactly once",
        async (limit) => {
          const logs = await open();
          await logs.append(KEY, lines(20));
          expect(await readAll(logs, KEY, limit)).toEqual(lines(20));
        },
      );

      test("goes on from the token of the end when more was written", async () => {
        const logs = await open();
        await logs.append(KEY, lines(3, "early"));
        const early = await logs.read(KEY, { limit: 10 });
        expect(early.isEnd).toBe(true);
        const nothing = await logs.read(KEY, { token: early.token, limit: 10 });
        expect(nothing).toEqual({ lines: [], token: early.token, isEnd: true });
        await logs.append(KEY, lines(3, "late"));
        const late = await logs.read(KEY, { token: early.token, limit: 10 });
        expect(late.lines).toEqual(lines(3, "late"));
      });

      test("answers the same for the same token", async () => {
        const logs = await open();
        await logs.append(KEY, lines(9));
        const { token } = await logs.read(KEY, { limit: 4 });
        const first = await logs.read(KEY, { token, limit: 3 });
        expect(first.lines).toEqual(lines(9).slice(4, 7));
        expect(await logs.read(KEY, { token, limit: 3 })).toEqual(first);
      });

      test("beside an append gives whole lines and loses none", async () => {
        const logs = await open();
        const written = lines(200);
        const appended = Promise.all(written.map((one) => logs.append(KEY, [one])));
        const seen: LogLine[] = [];
        let token: string | undefined;
        while (seen.length < written.length) {
          const page = await logs.read(KEY, {
            ...(token === undefined ? {} : { token }),
            limit: 7,
          });
          seen.push(...page.lines);
          ({ token } = page);
        }
        await appended;
        expect(seen).toEqual(written);
      });

      test("of an attempt that has written nothing is empty, and goes on when it does", async () => {
        const logs = await open();
        const empty = await logs.read(KEY, { limit: 10 });
        expect(empty).toMatchObject({ lines: [], isEnd: true });
        await logs.append(KEY, lines(2));
        expect((await logs.read(KEY, { token: empty.token, limit: 10 })).lines).toEqual(lines(2));
      });

      test("refuses a token that no answer gave", async () => {
        const logs = await open();
        await logs.append(KEY, lines(1));
        for (const token of ["../x", "-1", "1e3", "", "0x10"]) {
          await expect(logs.read(KEY, { token, limit: 1 })).rejects.toMatchObject({
            code: "input.invalid",
            message: expect.stringContaining(`"${token}"`),
          });
        }
      });
    });
  });
}
