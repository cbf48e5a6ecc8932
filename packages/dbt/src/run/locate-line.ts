const LINE = /^LINE (?<line>\d+):/mu;

/** The line that a message of DuckDB points at in the statement it was given. */
export function findErrorLine(message: string): number | undefined {
  const line = LINE.exec(message)?.groups?.["line"];
  return line === undefined ? undefined : Number(line);
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}

/** The line of the compiled query for a line of the statement around it. */
export function toCompiledLine(
  statement: string,
  compiled: string,
  line: number,
): number | undefined {
  const at = statement.indexOf(compiled.trim());
  if (at === -1) return undefined;
  const lead = compiled.slice(0, compiled.length - compiled.trimStart().length);
  const own = line - countLines(statement.slice(0, at)) + countLines(lead);
  return own >= 1 && own <= countLines(compiled) + 1 ? own : undefined;
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => line.trim());
}

/** Text before the first and after the last tag of a line of a template: what is left of it when compiled. */
function couldBecome(raw: string, compiled: string): boolean {
  if (raw === compiled) return true;
  const first = raw.search(/\{[{%#]/u);
  if (first === -1) return false;
  const tail = raw.slice(
    Math.max(raw.lastIndexOf("}}"), raw.lastIndexOf("%}"), raw.lastIndexOf("#}")) + 2,
  );
  const head = raw.slice(0, first);
  return (
    compiled !== "" &&
    head.length + tail.length > 0 &&
    compiled.startsWith(head) &&
    compiled.endsWith(tail)
  );
}

/**
 * The line of the template that most likely wrote a line of the compiled query, or `undefined` when no line
 * of the template looks like it (a macro wrote it).
 */
export function toTemplateLine(raw: string, compiled: string, line: number): number | undefined {
  const rawLines = linesOf(raw);
  const text = linesOf(compiled)[line - 1];
  if (text === undefined || text === "") return undefined;
  const shift = rawLines.length - linesOf(compiled).length;
  const exact = rawLines.flatMap((row, index) => (row === text ? [index + 1] : []));
  const candidates =
    exact.length > 0
      ? exact
      : rawLines.flatMap((row, index) => (couldBecome(row, text) ? [index + 1] : []));
  const expected = shift > 0 ? line + shift / 2 : line;
  return candidates.toSorted((a, b) => Math.abs(a - expected) - Math.abs(b - expected))[0];
}
