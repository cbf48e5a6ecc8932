import { stripAnsi } from "../../ui/parse-ansi.ts";

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line as the viewer shows it; numbers count from 1 over the whole log and never change. */
export interface NumberedLine {
  readonly number: number;
  readonly at: string | null;
  readonly level: LogLevel;
  readonly text: string;
}

export interface LogFilter {
  readonly search: string;
  /** The least level shown. */
  readonly level: LogLevel;
}

/** Every line. */
export const NO_FILTER: LogFilter = { search: "", level: "debug" };

/** The lines that hold the searched text, at the level or above it. */
export function filterLog(
  lines: readonly NumberedLine[],
  { search, level }: LogFilter,
): readonly NumberedLine[] {
  const least = LOG_LEVELS.indexOf(level);
  const wanted = search.toLowerCase();
  if (least === 0 && wanted === "") return lines;
  return lines.filter(
    (line) =>
      LOG_LEVELS.indexOf(line.level) >= least &&
      (wanted === "" || stripAnsi(line.text).toLowerCase().includes(wanted)),
  );
}

/** Number of the first line with an error, if any. */
export function findFirstError(lines: readonly NumberedLine[]): number | undefined {
  return lines.find(({ level }) => level === "error")?.number;
}

/** The index of the first line with this number or a later one. */
export function findRow(lines: readonly NumberedLine[], number: number): number {
  const at = lines.findIndex((line) => line.number >= number);
  return at < 0 ? lines.length : at;
}

export function countLevels(lines: readonly NumberedLine[]): Readonly<Record<LogLevel, number>> {
  const counts = { debug: 0, info: 0, warning: 0, error: 0 };
  for (const { level } of lines) counts[level] += 1;
  return counts;
}

/** Lines as text, for the clipboard and for a file. */
export function renderLog(lines: readonly NumberedLine[]): string {
  return lines
    .map(
      ({ at, level, text }) =>
        `${at === null ? "" : `${at} `}${level.toUpperCase()} ${stripAnsi(text)}\n`,
    )
    .join("");
}
