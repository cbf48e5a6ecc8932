import type { ReactNode } from "react";

/** What a state looks like: each shape differs from the others also without colour. */
export type Shape =
  | "dashed-ring"
  | "clock"
  | "bars"
  | "arc"
  | "disc-check"
  | "disc-failing"
  | "disc-warning"
  | "octagon-cross"
  | "circular-arrow"
  | "calendar"
  | "crescent"
  | "diamond-arrow"
  | "double-chevron"
  | "struck-ring"
  | "two-arrows"
  | "speech"
  | "triangle"
  | "square-check"
  | "square-cross"
  | "ring-dash";

const LINE = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.6,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

/** Drawn on a filled shape, in the colour that reads on it. */
const CUT = { ...LINE, stroke: "var(--text-on-state)", strokeWidth: 1.7 } as const;

/** The drawing of each shape on a 16 × 16 grid. */
export const SHAPES: Readonly<Record<Shape, ReactNode>> = {
  "dashed-ring": <circle {...LINE} cx="8" cy="8" r="6" strokeDasharray="2.2 2.5" />,
  clock: (
    <g {...LINE}>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.8V8l2.2 1.5" />
    </g>
  ),
  bars: <path {...LINE} strokeWidth="2" d="M2.5 4h11M2.5 8h8M2.5 12h5" />,
  arc: (
    <g {...LINE} strokeWidth="2">
      <circle cx="8" cy="8" r="6" strokeOpacity=".28" />
      <path d="M8 2a6 6 0 0 1 6 6" />
      <circle cx="8" cy="8" r="2.4" fill="currentColor" stroke="none" />
    </g>
  ),
  "disc-check": (
    <>
      <circle cx="8" cy="8" r="6.8" fill="currentColor" />
      <path {...CUT} d="m5 8.2 2.1 2.1L11 6" />
    </>
  ),
  // Done, with a sign over it: what failed or warned inside is told apart from plain success by shape alone.
  "disc-failing": (
    <>
      <circle {...LINE} cx="7" cy="9" r="5.4" />
      <path {...LINE} d="m4.6 9.2 1.7 1.7L9 7.8" />
      <path d="M9.9.4h3.2l2.5 2.5v3.2l-2.5 2.5H9.9L7.4 6.1V2.9z" fill="var(--bg-surface)" />
      <path d="M10.3 1.2h2.4l2 2v2.4l-2 2h-2.4l-2-2V3.2z" fill="var(--st-failed)" />
      <path {...CUT} strokeWidth="1.2" d="m10.4 3.3 2.2 2.2M12.6 3.3l-2.2 2.2" />
    </>
  ),
  "disc-warning": (
    <>
      <circle {...LINE} cx="7" cy="9" r="5.4" />
      <path {...LINE} d="m4.6 9.2 1.7 1.7L9 7.8" />
      <path d="M11.5-.6 16.6 8.6H6.4z" fill="var(--bg-surface)" />
      <path d="M11.5.9 15.3 7.8H7.7z" fill="var(--dbt-warn)" />
    </>
  ),
  "octagon-cross": (
    <>
      <path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z" fill="currentColor" />
      <path {...CUT} d="m5.7 5.7 4.6 4.6M10.3 5.7l-4.6 4.6" />
    </>
  ),
  "circular-arrow": <path {...LINE} d="M13.2 6.2A5.6 5.6 0 1 0 13.6 9M13.6 2.6v3.8H9.8" />,
  calendar: (
    <g {...LINE}>
      <rect x="2.2" y="3.2" width="11.6" height="10.4" rx="2" />
      <path d="M2.4 6.6h11.2M5.4 1.8v2.4M10.6 1.8v2.4M6 10.2h4" />
    </g>
  ),
  crescent: <path {...LINE} d="M13.4 9.6A5.9 5.9 0 0 1 6.4 2.6a5.9 5.9 0 1 0 7 7z" />,
  "diamond-arrow": (
    <>
      <path d="M8 .9 15.1 8 8 15.1.9 8z" fill="currentColor" />
      <path {...CUT} d="M8 11V5.4M5.7 7.5 8 5.2l2.3 2.3" />
    </>
  ),
  "double-chevron": (
    <path
      {...LINE}
      strokeWidth="1"
      fill="currentColor"
      d="M2.5 3.6 8.2 8l-5.7 4.4zM8.2 3.6 13.5 8l-5.3 4.4z"
    />
  ),
  "struck-ring": (
    <g {...LINE}>
      <circle cx="8" cy="8" r="6" />
      <path d="m3.9 3.9 8.2 8.2" />
    </g>
  ),
  "two-arrows": (
    <path
      {...LINE}
      d="M2.6 7.2A5.5 5.5 0 0 1 12.4 4.6M13.4 8.8a5.5 5.5 0 0 1-9.8 2.6M12.6 1.8v3h-3M3.4 14.2v-3h3"
    />
  ),
  speech: (
    <g {...LINE}>
      <path d="M2 2.6h12v8.6H8.4L5 14v-2.8H2z" />
      <path d="M5.4 7h.01M8 7h.01M10.6 7h.01" strokeWidth="2" />
    </g>
  ),
  triangle: (
    <>
      <path
        d="M8 1.2 15.2 14H.8z"
        fill="currentColor"
        stroke="currentColor"
        strokeLinejoin="round"
      />
      <path {...CUT} d="M8 6v3.6M8 11.8h.01" />
    </>
  ),
  "square-check": (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="3" fill="currentColor" />
      <path {...CUT} d="m5 8.2 2.1 2.1L11 6" />
    </>
  ),
  "square-cross": (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="3" fill="currentColor" />
      <path {...CUT} d="m5.7 5.7 4.6 4.6M10.3 5.7l-4.6 4.6" />
    </>
  ),
  "ring-dash": (
    <g {...LINE}>
      <circle cx="8" cy="8" r="6" />
      <path d="M5.4 8h5.2" />
    </g>
  ),
};
