import { useMemo } from "react";
import {
  countLevels,
  filterLog,
  findFirstError,
  findRow,
  type LogFilter,
  type NumberedLine,
  renderLog,
} from "./filter-log.ts";
import type { ErrorPlace, LogTable } from "./log-table.ts";
import { saveFile } from "./save-file.ts";

/** A log that is here already, as one step's of a dbt run. */
export function useLocalLog(
  lines: readonly NumberedLine[],
  filter: LogFilter,
  goal: number | undefined,
): LogTable {
  const { search, level } = filter;
  const chosen = useMemo(() => filterLog(lines, { search, level }), [lines, search, level]);
  const counts = useMemo(
    () => countLevels(filterLog(lines, { search, level: "debug" })),
    [lines, search],
  );
  return {
    isPending: false,
    isBehind: false,
    total: lines.length,
    rows: chosen.length,
    counts,
    firstError: findFirstError(lines),
    lineAt: (row) => chosen[row],
    goalRow:
      goal === undefined || chosen.length === 0
        ? undefined
        : Math.min(findRow(chosen, goal), chosen.length - 1),
    findError: async (place) => findError(chosen, place)?.number,
    loadText: async () => renderLog(chosen),
    download: (fileName) => {
      const url = URL.createObjectURL(new Blob([renderLog(chosen)], { type: "text/plain" }));
      saveFile(url, fileName);
      URL.revokeObjectURL(url);
    },
  };
}

function findError(lines: readonly NumberedLine[], place: ErrorPlace): NumberedLine | undefined {
  const errors = lines.filter(({ level }) => level === "error");
  return place.which === "next"
    ? errors.find(({ number }) => number > place.line)
    : errors.findLast(({ number }) => number < place.line);
}
