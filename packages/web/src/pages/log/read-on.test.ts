import type { LogLine } from "@airloom/api";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readOn } from "./use-task-log.ts";

const START = { lines: [], token: undefined, isEnd: false } as const;

function lines(from: number, to: number): LogLine[] {
  return Array.from({ length: to - from }, (_, index) => ({
    timestamp: "2026-01-01T00:00:00Z",
    event: `line ${from + index + 1}`,
    level: "info" as const,
    logger: "task",
  }));
}

/** A log of which `written` lines are there; it has ended once `isOver` says so. */
function reader(written: () => number, size: number, isOver: () => boolean) {
  return (token: string | undefined) => {
    const from = Number(token ?? 0);
    const to = Math.min(written(), from + size);
    const isEnd = to === written() && isOver();
    return Promise.resolve({
      content: lines(from, to),
      continuation_token: isEnd ? null : String(to),
    });
  };
}

test("however a log grows and is paged, each line is read once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      async (growth, size) => {
        let written = 0;
        let isOver = false;
        const read = reader(
          () => written,
          size,
          () => isOver,
        );
        let log: Awaited<ReturnType<typeof readOn>> = START;
        for (const count of growth) {
          written += count;
          log = await readOn(log, read);
        }
        isOver = true;
        log = await readOn(await readOn(log, read), read);
        expect(log.lines.map(({ text }) => text)).toEqual(
          lines(0, written).map(({ event }) => event),
        );
        expect(log.lines.map(({ number }) => number)).toEqual(
          log.lines.map((_, index) => index + 1),
        );
        expect(log.isEnd).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});
