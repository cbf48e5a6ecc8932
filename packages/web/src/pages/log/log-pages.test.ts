import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_ROWS, pagesOf } from "./log-pages.ts";

test("pages hold every row in view, none beyond the log, and keep their names while it grows (U3)", () => {
  const size = fc.integer({ min: 0, max: 10 * PAGE_ROWS });
  fc.assert(
    fc.property(size, size, size, size, (first, length, rows, more) => {
      const last = first + length - 1;
      const pages = pagesOf({ first, last }, rows);
      const held = pages.flatMap(({ first: from, count }) =>
        Array.from({ length: count }, (_, index) => from + index),
      );
      for (let row = first; row <= Math.min(last, rows - 1); row += 1) expect(held).toContain(row);
      for (const row of held) expect(row).toBeLessThan(rows);
      expect(pages.filter(({ count }) => count < 1)).toEqual([]);
      const grown = pagesOf({ first, last }, rows + more);
      for (const page of pages.filter(({ count }) => count === PAGE_ROWS)) {
        expect(grown).toContainEqual(page);
      }
    }),
    { numRuns: 200 },
  );
});
