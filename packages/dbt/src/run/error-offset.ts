const POINTER = /^LINE (?<line>\d+): (?<shown>.*)\n(?<lead>[^\S\n]*)\^/mu;
const STATEMENT_END = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<end>;)/gu;
const ELLIPSIS = "...";

/** DuckDB counts from the wrong place when it fails in a later one of several statements. */
function hasSeveralStatements(sql: string): boolean {
  for (const match of sql.matchAll(STATEMENT_END)) {
    if (match.groups?.["end"] !== undefined) return sql.slice(match.index + 1).trim() !== "";
  }
  return false;
}

/** Where the caret stands in the text above it: it is printed as wide as that text, and tabs have no width. */
function toColumn(shown: string, caret: number): number {
  let width = 0;
  for (let at = 0; at < shown.length; at += 1) {
    if (shown[at] === "\t") continue;
    if (width === caret) return at;
    width += 1;
  }
  return shown.length;
}

function offsetOfLine(text: string, line: number): number | undefined {
  let at = 0;
  for (let current = 1; current < line; current += 1) {
    const end = text.indexOf("\n", at);
    if (end === -1) return undefined;
    at = end + 1;
  }
  return at;
}

/** The offset that a message of DuckDB points at in the statement it was given, when it points at one. */
export function findErrorOffset(message: string, statement: string): number | undefined {
  const found = POINTER.exec(message)?.groups;
  if (found === undefined) return undefined;
  if (!message.startsWith("Parser Error") && hasSeveralStatements(statement)) return undefined;
  const { line = "", shown = "", lead = "" } = found;
  const start = offsetOfLine(statement, Number(line));
  if (start === undefined) return undefined;
  const text = statement.slice(start).split("\n", 1)[0] ?? "";
  const isCutBefore = shown.startsWith(ELLIPSIS) && !text.startsWith(ELLIPSIS);
  const isCutBehind = shown.endsWith(ELLIPSIS) && !text.endsWith(ELLIPSIS);
  const kept = shown.slice(isCutBefore ? 3 : 0, isCutBehind ? -3 : undefined);
  const at = text.indexOf(kept);
  if (at === -1) return undefined;
  const column = toColumn(shown, lead.length - `LINE ${line}: `.length) - (isCutBefore ? 3 : 0);
  return start + at + Math.max(0, column);
}
