/** The first line that says something. */
export function firstLine(text: string): string {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "");
  return line?.trim().slice(0, 500) ?? "";
}
