import fc from "fast-check";
import { expect, test } from "vitest";
import { LEAST_ZOOM, viewportOf } from "./viewport.ts";

const PANE = { width: 560, height: 600 };
const length = fc.integer({ min: 100, max: 9_000 });
const size = fc.record({ width: length, height: length });

test("a small graph stands in the middle at its own size", () => {
  const view = { focus: undefined, isWhole: true };
  expect(viewportOf({ width: 200, height: 100 }, PANE, view)).toEqual({ x: 180, y: 230, zoom: 1 });
});

test("a large one begins at the middle of its top, readable", () => {
  const view = { focus: undefined, isWhole: false };
  expect(viewportOf({ width: 2_000, height: 3_000 }, PANE, view)).toEqual({
    x: (560 - 2_000 * LEAST_ZOOM) / 2,
    y: 16,
    zoom: LEAST_ZOOM,
  });
});

test("one that is to be seen whole is, above the controls and in the middle, however large it is (U7)", () => {
  fc.assert(
    fc.property(size, (graph) => {
      const { x, y, zoom } = viewportOf(graph, PANE, { focus: undefined, isWhole: true });
      const left = PANE.width - x - graph.width * zoom;
      expect(x).toBeGreaterThanOrEqual(16 - 1e-6);
      expect(left).toBeCloseTo(x, 6);
      expect(y).toBeGreaterThanOrEqual(16 - 1e-6);
      expect(y + graph.height * zoom).toBeLessThanOrEqual(PANE.height - 56 + 1e-6);
    }),
    { numRuns: 1_000 },
  );
});

test("however large a graph is, its focus is in view", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(size, share, share, (graph, across, down) => {
      const focus = {
        width: 80,
        height: 40,
        x: across * (graph.width - 80),
        y: down * (graph.height - 40),
      };
      const { x, y, zoom } = viewportOf(graph, PANE, { focus, isWhole: false });
      expect(zoom).toBeGreaterThanOrEqual(LEAST_ZOOM);
      expect(x + focus.x * zoom).toBeGreaterThanOrEqual(0);
      expect(y + focus.y * zoom).toBeGreaterThanOrEqual(0);
      expect(x + (focus.x + focus.width) * zoom).toBeLessThanOrEqual(PANE.width);
      expect(y + (focus.y + focus.height) * zoom).toBeLessThanOrEqual(PANE.height);
    }),
    { numRuns: 1_000 },
  );
});
