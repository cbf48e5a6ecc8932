import fc from "fast-check";
import { expect, test } from "vitest";
import { LEAST_ZOOM, viewportOf } from "./viewport.ts";

const PANE = { width: 560, height: 600 };

test("a small graph stands in the middle at its own size", () => {
  expect(viewportOf({ width: 200, height: 100 }, PANE, undefined)).toEqual({
    x: 180,
    y: 32,
    zoom: 1,
  });
});

test("a large one begins at the middle of its top, readable", () => {
  expect(viewportOf({ width: 2_000, height: 3_000 }, PANE, undefined)).toEqual({
    x: (560 - 2_000 * LEAST_ZOOM) / 2,
    y: 16,
    zoom: LEAST_ZOOM,
  });
});

test("however large a graph is, its focus is in view", () => {
  const size = fc.record({
    width: fc.integer({ min: 100, max: 9_000 }),
    height: fc.integer({ min: 100, max: 9_000 }),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(size, share, share, (graph, across, down) => {
      const focus = {
        width: 80,
        height: 40,
        x: across * (graph.width - 80),
        y: down * (graph.height - 40),
      };
      const { x, y, zoom } = viewportOf(graph, PANE, focus);
      expect(zoom).toBeGreaterThanOrEqual(LEAST_ZOOM);
      expect(x + focus.x * zoom).toBeGreaterThanOrEqual(0);
      expect(y + focus.y * zoom).toBeGreaterThanOrEqual(0);
      expect(x + (focus.x + focus.width) * zoom).toBeLessThanOrEqual(PANE.width);
      expect(y + (focus.y + focus.height) * zoom).toBeLessThanOrEqual(PANE.height);
    }),
    { numRuns: 1_000 },
  );
});
