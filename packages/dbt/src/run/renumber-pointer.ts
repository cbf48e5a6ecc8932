const POINTER = /^LINE (?<line>\d+): (?<shown>.*)\n(?<lead>[^\S\n]*)\^/mu;

/** DuckDB's message with another number of the line that it points at; the caret stays below its word. */
export function renumberPointer(message: string, change: (line: number) => number): string {
  const found = POINTER.exec(message)?.groups;
  if (found === undefined) return message;
  const { line = "", shown = "", lead = "" } = found;
  const own = String(change(Number(line)));
  const shift = own.length - line.length;
  const moved = shift > 0 ? " ".repeat(shift) + lead : lead.slice(-shift);
  return message.replace(POINTER, () => `LINE ${own}: ${shown}\n${moved}^`);
}
