/** The text of a template and where it comes from. */
export type SourceFile = {
  readonly text: string;
  readonly file: string;
  /** The line of the file on which `text` begins. */
  readonly firstLine: number;
};

/** A place in a file; line and column count from 1. */
export type SourceLocation = { readonly line: number; readonly column: number };

/** Turns an offset into the text of a template into line and column of its file. */
export function getLocation(source: SourceFile, offset: number): SourceLocation {
  const before = source.text.slice(0, offset);
  const lastBreak = before.lastIndexOf("\n");
  let line = source.firstLine;
  for (let at = before.indexOf("\n"); at !== -1; at = before.indexOf("\n", at + 1)) line += 1;
  return { line, column: offset - lastBreak };
}

const CONTEXT_LINES = 2;
const MAX_COLUMNS = 160;

/** Renders the line at an offset with its neighbours and a caret below it. */
export function renderCodeFrame(source: SourceFile, offset: number): string {
  const { line, column } = getLocation(source, offset);
  const lines = source.text.split("\n");
  const at = line - source.firstLine;
  const first = Math.max(0, at - CONTEXT_LINES);
  const shown = lines.slice(first, at + CONTEXT_LINES + 1);
  const width = String(source.firstLine + first + shown.length - 1).length;
  return shown
    .flatMap((text, index) => {
      const number = String(source.firstLine + first + index).padStart(width);
      const row = `${first + index === at ? ">" : " "} ${number} | ${text.slice(0, MAX_COLUMNS)}`;
      const caret = `  ${" ".repeat(width)} | ${" ".repeat(Math.max(0, column - 1))}^`;
      return first + index === at && column <= MAX_COLUMNS ? [row, caret] : [row];
    })
    .join("\n");
}
