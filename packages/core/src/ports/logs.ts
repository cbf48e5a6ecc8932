/** One line of an attempt's log. */
export interface LogLine {
  readonly at: string;
  readonly level: "debug" | "info" | "warning" | "error";
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
}
