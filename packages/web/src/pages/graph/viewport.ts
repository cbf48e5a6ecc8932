import type { Box } from "./layout-graph.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Below this nobody can read the boxes: rather than shrink further the graph goes beyond its pane. */
export const LEAST_ZOOM = 0.8;
const MOST_ZOOM = 1;
const MARGIN = 16;

/**
 * Where a graph stands in its pane at first: as large as fits, from the middle of the top. What does not fit
 * is moved so that `focus` is in view.
 */
export function viewportOf(
  graph: Size,
  pane: Size,
  focus: Box | undefined,
): { readonly x: number; readonly y: number; readonly zoom: number } {
  const fit = Math.min(
    (pane.width - 2 * MARGIN) / graph.width,
    (pane.height - 2 * MARGIN) / graph.height,
  );
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, fit));
  const freeX = pane.width - graph.width * zoom;
  const freeY = pane.height - graph.height * zoom;
  const toFocus = (free: number, room: number, middle: number): number =>
    clamp(room / 2 - middle * zoom, free - MARGIN, MARGIN);
  return {
    x:
      freeX >= 0 || focus === undefined
        ? freeX / 2
        : toFocus(freeX, pane.width, focus.x + focus.width / 2),
    y:
      freeY >= 0
        ? Math.min(freeY / 2, 2 * MARGIN)
        : toFocus(freeY, pane.height, focus === undefined ? 0 : focus.y + focus.height / 2),
    zoom,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
