import type { LogLevel, NumberedLine } from "./filter-log.ts";

/** Which error to look for, as seen from a line. */
export interface ErrorPlace {
  readonly which: "next" | "previous";
  readonly line: number;
}

/** The lines of a log that a filter chooses, of which only some are at hand. Rows count from 0, lines from 1. */
export interface LogTable {
  /** Nothing is known yet. */
  readonly isPending: boolean;
  /** The last search is still under way: what is shown is the result of the one before. */
  readonly isBehind: boolean;
  /** Lines of the whole log. */
  readonly total: number;
  readonly rows: number;
  /** How many lines hold the searched text, by level. */
  readonly counts: Readonly<Record<LogLevel, number>>;
  readonly firstError: number | undefined;
  /** `undefined` for a line that is still on its way. */
  readonly lineAt: (row: number) => NumberedLine | undefined;
  /** The row of the line that was asked for, or of the nearest after it; `undefined` while it is not known. */
  readonly goalRow: number | undefined;
  /** The number of the line with the error; `undefined` where there is none that way. */
  readonly findError: (place: ErrorPlace) => Promise<number | undefined>;
  /** The chosen lines as text. */
  readonly loadText: () => Promise<string>;
  readonly download: (fileName: string) => void;
}

/** Which rows are in view. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/** More lines than this do not belong on a clipboard. */
export const MAX_COPIED = 5_000;
