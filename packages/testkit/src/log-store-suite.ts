import {
  LOG_LEVELS,
  type LogFilter,
  type LogKey,
  type LogLine,
  type LogPlace,
  type LogStore,
} from "@airloom/core";
import fc from "fast-check";
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

    describeLogView(open);
  });
}

const ALL: LogFilter = { search: "", least: "debug" };
const END: LogPlace = { kind: "end" };

function describeLogView(open: () => Promise<LogStore>): void {
  describe("view() (U3)", () => {
    test("opens at the end, with the numbers of the lines and the counts of all of them", async () => {
      const logs = await open();
      await logs.append(KEY, [
        ...lines(600),
        line("careful", { level: "warning" }),
        line("broken", { level: "error" }),
        line("detail", { level: "debug" }),
      ]);
      const view = await logs.view(KEY, { filter: ALL, place: END, limit: 2 });
      expect(view).toMatchObject({
        total: 603,
        matching: 603,
        counts: { debug: 1, info: 600, warning: 1, error: 1 },
        firstError: 602,
        firstRow: 601,
      });
      expect(view.lines.map(({ number, text }) => [number, text])).toEqual([
        [602, "broken"],
        [603, "detail"],
      ]);
    });

    test("of a log that nobody has written is empty, and grows with it", async () => {
      const logs = await open();
      const look = () => logs.view(KEY, { filter: { ...ALL, search: "a" }, place: END, limit: 9 });
      expect(await look()).toMatchObject({ total: 0, matching: 0, firstRow: 0, lines: [] });
      await logs.append(KEY, [line("a"), line("b")]);
      expect(await look()).toMatchObject({ total: 2, matching: 1 });
      for (let more = 0; more < 600; more += 1)
        await logs.append(KEY, [line(more % 2 === 0 ? "A" : "b")]);
      const grown = await look();
      expect(grown).toMatchObject({ total: 602, matching: 301 });
      expect(grown.lines.at(-1)?.number).toBe(601);
    });

    test.each([
      ["in any case", "ERROR of M", "error OF m", true],
      ["through colours", "[\u001b[31mERROR\u001b[0m in 1s]", "[error in", true],
      ["but not what makes the colours", "[\u001b[31mERROR\u001b[0m in 1s]", "31m", false],
      ["with quotes and backslashes", 'path "C:\\x"', '"c:\\x"', true],
      ["beyond ASCII", "Größe ÜBER 9", "über", true],
      ["but no names of fields", "nothing", "source", false],
      ["but no level", "nothing", "info", false],
      ["a level in the text", "all info here", "info", true],
      ["but no time that is not shown", "12:00:01  Running", "12:00", false],
      ["after a time that is not shown", "12:00:01  Running", "running", true],
      ["at the very end", "the end", "end", true],
      ["but not beyond the end", "the end", 'end"', false],
    ])("a search finds text %s", async (_name, text, search, isFound) => {
      const logs = await open();
      await logs.append(KEY, [line("before"), line(text), line("after")]);
      const view = await logs.view(KEY, { filter: { ...ALL, search }, place: END, limit: 9 });
      expect(view.lines.map(({ number }) => number)).toEqual(isFound ? [2] : []);
      expect(view.matching).toBe(isFound ? 1 : 0);
    });

    test("what dbt tells of a node that went wrong counts as an error", async () => {
      const logs = await open();
      await logs.append(KEY, [
        line("1 of 3 OK created sql view model a"),
        line("12:00:01  2 of 3 ERROR creating sql table model b"),
        line("  \u001b[31mRuntime Error in model m (models/m.sql)"),
        line("Failure in test unique_m (models/m.yml)"),
        line("Done. PASS=1 WARN=0 ERROR=1 SKIP=0 TOTAL=2"),
        line("3 of 3 ERROR creating", { level: "debug" }),
      ]);
      const view = await logs.view(KEY, {
        filter: { ...ALL, least: "error" },
        place: END,
        limit: 9,
      });
      expect(view.lines.map(({ number }) => number)).toEqual([2, 3, 4]);
      expect(view.lines[0]?.text).toBe("2 of 3 ERROR creating sql table model b");
      expect(view.counts).toEqual({ debug: 1, info: 2, warning: 0, error: 3 });
    });

    test("leads to the first, next and previous error among the chosen lines", async () => {
      const logs = await open();
      await logs.append(
        KEY,
        lines(1_000).map((one, index) =>
          index % 100 === 50 ? { ...one, level: "error" as const } : one,
        ),
      );
      const find = async (which: "first" | "next" | "previous", from: number, search = "") =>
        (
          await logs.view(KEY, {
            filter: { ...ALL, search },
            place: { kind: "error", which, from },
            limit: 20,
          })
        ).target;
      expect(await find("first", 0)).toEqual({ line: 51, row: 50 });
      expect(await find("next", 51)).toEqual({ line: 151, row: 150 });
      expect(await find("next", 52)).toEqual({ line: 151, row: 150 });
      expect(await find("previous", 151)).toEqual({ line: 51, row: 50 });
      expect(await find("previous", 51)).toBeUndefined();
      expect(await find("next", 951)).toBeUndefined();
      expect(await find("first", 0, "line 4")).toEqual({ line: 451, row: 61 });
    });

    test("a line has its surroundings, also among few chosen ones", async () => {
      const logs = await open();
      await logs.append(KEY, lines(1_000));
      const view = await logs.view(KEY, {
        filter: ALL,
        place: { kind: "line", line: 500 },
        limit: 11,
      });
      expect(view.target).toEqual({ line: 500, row: 499 });
      expect(view.lines.map(({ number }) => number)).toEqual(
        Array.from({ length: 11 }, (_, index) => 495 + index),
      );
    });

    test("an aborted look rejects, and the next one is whole", async () => {
      const logs = await open();
      await logs.append(KEY, lines(50));
      const filter = { ...ALL, search: "line" };
      const signal = AbortSignal.abort();
      await expect(logs.view(KEY, { filter, place: END, limit: 1, signal })).rejects.toThrow(
        "aborted",
      );
      expect((await logs.view(KEY, { filter, place: END, limit: 1 })).matching).toBe(50);
    });

    test("shows the same as counting every line would, however it grows", async () => {
      const piece = fc.array(
        fc.record({
          level: fc.constantFrom(...LOG_LEVELS),
          text: fc.oneof(
            fc.string({
              unit: fc.constantFrom("a", "B", "é", '"', "\\", " ", "\n", "🙂", "{", "}"),
            }),
            fc.constantFrom("text", '"text":"a', "info", "x".repeat(300)),
          ),
        }),
        { maxLength: 40 },
      );
      const search = fc.constantFrom("", "a", "ab", "É", '"', "\\", "te", "x", "info", " ");
      await fc.assert(
        fc.asyncProperty(
          fc.array(piece, { minLength: 1, maxLength: 4 }),
          search,
          fc.constantFrom(...LOG_LEVELS),
          async (pieces, wanted, least) => {
            const logs = await open();
            const all: LogLine[] = [];
            for (const given of pieces) {
              const more = given.map(({ level, text }) => line(text, { level }));
              await logs.append(KEY, more);
              all.push(...more);
              const held = all
                .map((one, index) => ({ ...one, number: index + 1 }))
                .filter(({ text }) => text.toLowerCase().includes(wanted.toLowerCase()));
              const expected = held.filter(
                ({ level }) => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least),
              );
              const place = { kind: "row" as const, row: 0 };
              const view = await logs.view(KEY, {
                filter: { search: wanted, least },
                place,
                limit: 200,
              });
              expect(view.lines).toEqual(expected);
              expect(view.matching).toBe(expected.length);
              for (const level of LOG_LEVELS) {
                expect(view.counts[level]).toBe(held.filter((one) => one.level === level).length);
              }
            }
          },
        ),
        { numRuns: 100 },
      );
    });
  });
}
