/** How grave a line of a log is, from the least to the most. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line of an attempt's log. */
export interface LogLine {
  readonly at: string;
  readonly level: LogLevel;
  /** Which stream or component wrote it: `task`, `stdout`, `stderr`, `triggerer`, `scheduler`, `dbt`. */
  readonly source: string;
  readonly text: string;
}

export interface LogKey {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
}

/** Which lines of a log are looked at: those that hold the text, in any case, at the level or above. */
export interface LogFilter {
  /** Empty: every line. */
  readonly search: string;
  readonly least: LogLevel;
}

/** Where in the chosen lines to look. Lines count from 1 over the whole log, rows from 0 over the chosen lines. */
export type LogPlace =
  | { readonly kind: "end" }
  | { readonly kind: "row"; readonly row: number }
  | { readonly kind: "line"; readonly line: number }
  /** The first error of all, or the one after or before a line. */
  | {
      readonly kind: "error";
      readonly which: "first" | "next" | "previous";
      readonly from: number;
    };

/** A line with its place in the whole log, as people read it: a time that dbt wrote before it is dropped. */
export interface NumberedLogLine extends LogLine {
  readonly number: number;
}

/** A few of the chosen lines of a log, and what is true of all of them. */
export interface LogView {
  /** Lines of the whole log. */
  readonly total: number;
  /** Lines that the filter chooses. */
  readonly matching: number;
  /** How many lines hold the searched text, by level, whatever the least level is. */
  readonly counts: Readonly<Record<LogLevel, number>>;
  /** Number of the first line with an error in the whole log. */
  readonly firstError: number | undefined;
  /** What `line` or `error` led to, or came nearest to; `undefined` where there is no such line. */
  readonly target: { readonly line: number; readonly row: number } | undefined;
  /** Row of the first of `lines`. */
  readonly firstRow: number;
  readonly lines: readonly NumberedLogLine[];
}

/**
 * Where logs of attempts live. Every adapter must pass `describeLogStore` of the testkit.
 *
 * Contract: lines of one key keep their order, also when nobody waits between two appends; whoever reads after an
 * append has resolved finds its lines; a line that is being written is not read in part; no two keys share a log.
 */
export interface LogStore {
  /** Secrets were masked before they come here. */
  append(key: LogKey, lines: readonly LogLine[]): Promise<void>;
  /**
   * Reads on from `token` (undefined: from the start), at most `limit` lines.
   * `token` of the answer continues there; it is answered also at the end, for reading on later, and for an attempt
   * that has written nothing yet. A token that no answer gave is refused with `input.invalid`.
   */
  read(
    key: LogKey,
    options: { readonly token?: string; readonly limit: number },
  ): Promise<{
    readonly lines: readonly LogLine[];
    readonly token: string;
    readonly isEnd: boolean;
  }>;
  /**
   * Looks at a log as at a table: at most `limit` lines around a place, with true counts of all of it.
   * A line that names an error of a dbt node counts as an error, whatever it was written as.
   *
   * Contract: an answer costs no more memory than its lines and a few bytes per line of the log; what was counted once is
   * not counted again while the log grows. An aborted look rejects.
   */
  view(
    key: LogKey,
    options: {
      readonly filter: LogFilter;
      readonly place: LogPlace;
      readonly limit: number;
      readonly signal?: AbortSignal;
    },
  ): Promise<LogView>;
}
