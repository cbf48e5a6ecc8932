/** The text of a template and where it comes from. */
export type SourceFile = {
  readonly text: string;
  readonly file: string;
  /** The line of the file on which `text` begins. */
  readonly firstLine: number;
};

/** A place in a file; line and column count from 1. */
export type SourceLocation = { readonly line: number; readonly column: number };

const lineStarts = new WeakMap<SourceFile, readonly number[]>();

function startsOf(source: SourceFile): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf("\n"); at !== -1; at = source.text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  lineStarts.set(source, starts);
  return starts;
}

/** Turns an offset into the text of a template into line and column of its file. */
export function getLocation(source: SourceFile, offset: number): SourceLocation {
  const starts = startsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: source.firstLine + low, column: offset - (starts[low] ?? 0) + 1 };
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
