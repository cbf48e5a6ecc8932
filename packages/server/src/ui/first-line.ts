/** How dbt begins the message of a node: it repeats the name and file that stand beside it. */
const PREAMBLE = /^(?:Runtime|Database|Compilation|Binder|Parser|Catalog) Error in /u;

/** The first line that says something. */
export function firstLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [first = "", second] = lines.map((line) => line.trim());
  const told = second !== undefined && PREAMBLE.test(first) ? second : first;
  return told.slice(0, 500);
}
