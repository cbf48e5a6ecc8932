/** The SQL type of a seed's column. */
export type SeedType = "integer" | "double" | "date" | "timestamp" | "boolean" | "text";

const INTEGER = /^[-+]?\d+(?:,\d{3})*$/u;
const NUMBER = /^[-+]?(?:\d+(?:,\d{3})*)?(?:\.\d*)?(?:e[-+]?\d+)?$/iu;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}$/u;
const DATE_TIME = /^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}:\d{2}$/u;
const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?$/u;

function isRealDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split(/[ T]/u)[0]?.split("-").map(Number) ?? [];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

// The order is agate's: the first type that every value fits wins.
const TESTERS: readonly (readonly [SeedType, (text: string) => boolean])[] = [
  ["integer", (text) => INTEGER.test(text)],
  ["double", (text) => NUMBER.test(text) && /\d/u.test(text)],
  ["date", (text) => DATE.test(text) && isRealDate(text)],
  ["timestamp", (text) => (DATE_TIME.test(text) || ISO.test(text)) && isRealDate(text)],
  ["boolean", (text) => /^(?:true|false)$/iu.test(text)],
];

/** Whether a cell of a seed is null. */
export function isSeedNull(cell: string): boolean {
  const text = cell.trim();
  return text === "" || text.toLowerCase() === "null";
}

/** The type of a column from its cells; a column without values is an integer, as in dbt. */
export function inferSeedType(cells: readonly string[]): SeedType {
  const values = cells.filter((cell) => !isSeedNull(cell)).map((cell) => cell.trim());
  const [type] = TESTERS.find(([, fits]) => values.every(fits)) ?? ["text" as const];
  // As in dbt, it is the values that count: 1.0 and 1e3 are whole.
  const areWhole = values.every((text) => Number.isInteger(Number(text.replaceAll(",", ""))));
  return type === "double" && areWhole ? "integer" : type;
}
