import { readdirSync, readFileSync } from "node:fs";

export type ProcessKind =
  | "main"
  | "task"
  | "postgres"
  | "triggerer"
  | "loader"
  | "dbt-service"
  | "dbt";

const COMMANDS: readonly (readonly [ProcessKind, RegExp])[] = [
  ["triggerer", /triggerer\/main\.ts/u],
  ["loader", /loader\/main\.ts/u],
  ["task", /runner\/\S*main\.ts/u],
  ["dbt-service", /dbt-service-main\.ts/u],
  ["dbt", /packages\/dbt\/src\/main\.ts/u],
];

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The processes of one environment by kind, read from /proc: the harness stands outside the product. */
export function listProcesses(
  mainPid: number,
  projectDir: string,
): ReadonlyMap<ProcessKind, readonly number[]> {
  const rows = readRows();
  const found = new Map<ProcessKind, number[]>();
  const add = (kind: ProcessKind, pid: number): void => {
    found.set(kind, [...(found.get(kind) ?? []), pid]);
  };
  if (rows.some((row) => row.pid === mainPid)) add("main", mainPid);
  for (const row of rows) {
    const kind = COMMANDS.find(([, pattern]) => pattern.test(row.command))?.[0];
    if (kind !== undefined && isBelow(row, mainPid, rows)) add(kind, row.pid);
    if (
      /bin\/postgres -D/u.test(row.command) &&
      row.command.includes(projectDir) &&
      isPostmaster(row, rows)
    ) {
      add("postgres", row.pid);
    }
  }
  return found;
}

function isBelow(row: Row, ancestor: number, rows: readonly Row[]): boolean {
  if (row.parent === ancestor) return true;
  const parent = rows.find((other) => other.pid === row.parent);
  return parent !== undefined && isBelow(parent, ancestor, rows);
}

function isPostmaster(row: Row, rows: readonly Row[]): boolean {
  return rows.find((other) => other.pid === row.parent)?.command.includes("bin/postgres") !== true;
}

function readRows(): readonly Row[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        return [];
      }
    });
}
