/** Where a component tells what it does. Never given a secret. */
export interface Logger {
  log(
    level: "debug" | "info" | "warning" | "error",
    message: string,
    fields?: Readonly<Record<string, string | number | boolean | null>>,
  ): void;
}
