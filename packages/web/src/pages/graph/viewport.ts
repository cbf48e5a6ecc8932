import type { Box } from "./layout-graph.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Below this nobody can read the boxes: a large graph goes beyond its pane rather than shrink further. */
export const LEAST_ZOOM = 0.8;
const MOST_ZOOM = 1;
const MARGIN = 16;
/** The controls stand below the graph, never on it. */
const FOOT = 56;

/** What stays free around a graph that is made to fit. */
export const FIT_PADDING = {
  top: `${MARGIN}px`,
  left: `${MARGIN}px`,
  right: `${MARGIN}px`,
  bottom: `${FOOT}px`,
} as const;

/**
 * Where a graph stands in its pane at first. One that is to be seen whole is made to fit and stands in the middle; of a
 * larger one as much as can be read, moved so that `focus` is in view.
 */
export function viewportOf(
  graph: Size,
  pane: Size,
  { focus, isWhole }: { readonly focus: Box | undefined; readonly isWhole: boolean },
): { readonly x: number; readonly y: number; readonly zoom: number } {
  const fit = Math.min(
    (pane.width - 2 * MARGIN) / graph.width,
    (pane.height - MARGIN - FOOT) / graph.height,
  );
  const zoom = Math.min(MOST_ZOOM, isWhole ? fit : Math.max(LEAST_ZOOM, fit));
  const roomX = pane.width - 2 * MARGIN - graph.width * zoom;
  const roomY = pane.height - MARGIN - FOOT - graph.height * zoom;
  const toFocus = (room: number, length: number, middle: number): number =>
    clamp(length / 2 - middle * zoom, MARGIN + room, MARGIN);
  return {
    x:
      roomX >= 0 || focus === undefined
        ? MARGIN + roomX / 2
        : toFocus(roomX, pane.width, focus.x + focus.width / 2),
    y:
      roomY >= 0
        ? MARGIN + roomY / 2
        : toFocus(roomY, pane.height, focus === undefined ? 0 : focus.y + focus.height / 2),
    zoom,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
