/** The only way time enters. Tests drive one by hand (`testkit`). */
export interface Clock {
  now(): Date;
  /** Calls back once, not before `at`. The returned function cancels it. */
  schedule(at: Date, callback: () => void): () => void;
}
