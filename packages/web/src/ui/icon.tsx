const PATHS = {
  alert: "M8 2 14.5 13.5H1.5zM8 6.5v3M8 11.5h.01",
  asset:
    "M3 3.8c0-1.1 2.2-2 5-2s5 .9 5 2-2.2 2-5 2-5-.9-5-2zM3 3.8v8.4c0 1.1 2.2 2 5 2s5-.9 5-2V3.8M3 8c0 1.1 2.2 2 5 2s5-.9 5-2",
  check: "m3.4 8.4 3 3 6.2-6.6",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6 5.8 5.8 0 0 0 0-11.6M8 4.8V8l2.2 1.4",
  copy: "M6.8 5.4h5.2a1.4 1.4 0 0 1 1.4 1.4V12a1.4 1.4 0 0 1-1.4 1.4H6.8A1.4 1.4 0 0 1 5.4 12V6.8a1.4 1.4 0 0 1 1.4-1.4M10.6 3.4v-.8h-8v8h.8",
  dag: "M3.6 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6M12.4 2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6M12.4 10.4a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6M5.3 7.2l5.4-2.6M5.3 8.8l5.4 2.6",
  down: "m4.5 6.3 3.5 3.5 3.5-3.5",
  download: "M8 2.4v7.4M4.9 6.9 8 10l3.1-3.1M2.8 13.4h10.4",
  external:
    "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M6 3.5H3.5a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1V10",
  eye: "M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6",
  file: "M3.4 2.2h6l3.2 3.2v8.4H3.4zM6 8h4M6 10.8h4",
  filter: "M2.4 4h11.2M4.6 8h6.8M6.8 12h2.4",
  home: "M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z",
  job: "M3.8 3h8.4a1.6 1.6 0 0 1 1.6 1.6v6.8a1.6 1.6 0 0 1-1.6 1.6H3.8a1.6 1.6 0 0 1-1.6-1.6V4.6A1.6 1.6 0 0 1 3.8 3M5 6.4l2 1.8-2 1.8M8.6 10.4h2.6",
  keyboard: "M2 4.5h12v7H2zM4.5 7h.01M7 7h.01M9.5 7h.01M11.8 7h.01M5.5 9.4h5",
  link: "M6.6 9.4 9.4 6.6M7.4 4.6l1.2-1.2a2.8 2.8 0 0 1 4 4l-1.2 1.2M8.6 11.4l-1.2 1.2a2.8 2.8 0 0 1-4-4l1.2-1.2",
  moon: "M13 9.6A5.5 5.5 0 0 1 6.4 3a5.5 5.5 0 1 0 6.6 6.6z",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  play: "M4.5 2.8 12.5 8l-8 5.2z",
  plug: "M5.5 2.2v3M10.5 2.2v3M3.8 5.2h8.4v2.6a4.2 4.2 0 0 1-8.4 0zM8 12v2",
  plus: "M8 3v10M3 8h10",
  pool: "M3.4 2.6H6a1 1 0 0 1 1 1v2.6a1 1 0 0 1-1 1H3.4a1 1 0 0 1-1-1V3.6a1 1 0 0 1 1-1M10 2.6h2.6a1 1 0 0 1 1 1v2.6a1 1 0 0 1-1 1H10a1 1 0 0 1-1-1V3.6a1 1 0 0 1 1-1M3.4 9H6a1 1 0 0 1 1 1v2.6a1 1 0 0 1-1 1H3.4a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1M10 9h2.6a1 1 0 0 1 1 1v2.6a1 1 0 0 1-1 1H10a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1",
  redo: "M13.2 6.2A5.6 5.6 0 1 0 13.6 9M13.6 2.6v3.8H9.8",
  right: "m6.3 4.5 3.5 3.5-3.5 3.5",
  runs: "M2.5 3.5h7M5.5 8h8M4 12.5h6",
  search: "M7 2.6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8M10.4 10.4l3.2 3.2",
  stop: "M4.5 4.5h7v7h-7z",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  system: "M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3",
  terminal: "m3 4.4 3.6 3.6L3 11.6M8.4 12H13",
  trash: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9",
  user: "M8 2.8A2.6 2.6 0 1 0 8 8a2.6 2.6 0 0 0 0-5.2M3 13.6c.5-2.6 2.5-4 5-4s4.5 1.4 5 4",
  variables:
    "M5.4 2.6C3.6 2.6 4.4 8 2.6 8c1.8 0 1 5.4 2.8 5.4M10.6 2.6c1.8 0 1 5.4 2.8 5.4-1.8 0-1 5.4-2.8 5.4",
  wrap: "M2.4 4h11.2M2.4 8h9a2.2 2.2 0 0 1 0 4.4H8.8M2.4 12h3M10 10.8l-1.4 1.6L10 14",
  x: "m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6",
} as const;

export type IconName = keyof typeof PATHS;

/** Drawn with a wider pen, because they consist of dots or bars. */
const WIDE: ReadonlySet<IconName> = new Set(["more", "runs", "check"]);

/** A line icon; decoration only, so the text beside it has to name the thing. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={WIDE.has(name) ? 2 : 1.6}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
