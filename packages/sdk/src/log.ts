/** Writes lines of the attempt's log. */
export interface TaskLog {
  debug(text: string): void;
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
}
