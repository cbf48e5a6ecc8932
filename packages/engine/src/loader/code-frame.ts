/** The lines around a place, numbered, with a marker under it. */
export function renderCodeFrame(source: string, line: number, column: number | null): string {
  const lines = source.split("\n");
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const text = (lines[number - 1] ?? "").replace(/\r$/u, "").slice(0, 300);
    frame.push(`${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`);
    if (number === line && column !== null) {
      const indent = text.slice(0, column - 1).replace(/[^\t]/gu, " ");
      frame.push(`  ${" ".repeat(width)} | ${indent}^`);
    }
  }
  return frame.join("\n");
}
