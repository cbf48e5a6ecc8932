import type { UiCodeFrame } from "@airloom/api";

/** Where a file cannot be read, as editors and terminals take it: `dags/crew.ts:41:18`. */
export function placeOf({
  filename,
  line,
  column,
}: Pick<UiCodeFrame, "filename" | "line" | "column">): string {
  return [filename, line, line === null ? null : column].filter((part) => part !== null).join(":");
}
