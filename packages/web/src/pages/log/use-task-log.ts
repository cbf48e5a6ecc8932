import { type ApiClient, addressOf, type UiLog } from "@airloom/api";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { pathOf, type TaskKey } from "../../api/queries.ts";
import { useApi } from "../../app/services.ts";
import { type LogFilter, type NumberedLine, renderLog } from "./filter-log.ts";
import { PAGE_ROWS, pagesOf } from "./log-pages.ts";
import { type LogTable, MAX_COPIED, type RowRange } from "./log-table.ts";
import { saveFile } from "./save-file.ts";

/** One attempt's log, and how it is looked at. */
export interface TaskLogView {
  readonly key: TaskKey;
  readonly tryNumber: number;
  readonly isLive: boolean;
  readonly filter: LogFilter;
  /** The line to be shown; without one, the end. */
  readonly goal: number | "first_error" | undefined;
}

const NOTHING = { debug: 0, info: 0, warning: 0, error: 0 } as const;
/** A page of rows never changes: it is asked for once. */
const FOREVER = { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 } as const;

/**
 * An attempt's log through the server: it opens at its end, or around a line, in one request, and of the rest only what
 * is looked at is asked for.
 */
export function useTaskLog(view: TaskLogView) {
  const api = useApi();
  const [range, setRange] = useState<RowRange>({ first: 0, last: -1 });
  const { key, tryNumber, isLive, filter } = view;
  const request = requestOf(view);
  const queryKey = ["log", key.dagId, key.runId, key.taskId, key.mapIndex, tryNumber, filter];
  const end = useQuery({
    queryKey,
    enabled: tryNumber > 0,
    placeholderData: keepPreviousData,
    // Events come first; this is the net below them.
    refetchInterval: isLive ? 5_000 : false,
    queryFn: ({ signal }) => api.viewLog({ ...request, limit: PAGE_ROWS }, { signal }),
  });
  const goal = view.goal === "first_error" ? (end.data?.first_error ?? undefined) : view.goal;
  const around = useQuery({
    queryKey: ["logAround", ...queryKey.slice(1), goal],
    enabled: tryNumber > 0 && goal !== undefined && rowOf(end.data, goal) === undefined,
    placeholderData: keepPreviousData,
    ...FOREVER,
    queryFn: ({ signal }) => api.viewLog({ ...request, line: goal, limit: PAGE_ROWS }, { signal }),
  });
  const rows = end.data?.matching_lines ?? 0;
  const isFresh = !end.isPlaceholderData;
  const pages = useQueries({
    queries: pagesOf(range, rows)
      .filter((page) => isFresh && ![end.data, around.data].some((known) => hasPage(known, page)))
      .map((page) => ({
        queryKey: ["logRows", ...queryKey.slice(1), page.first, page.count],
        ...FOREVER,
        queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
          api.viewLog({ ...request, row: page.first, limit: page.count }, { signal }),
      })),
  });
  const known = [end.data, isFresh && !around.isPlaceholderData ? around.data : undefined]
    .concat(pages.map(({ data }) => data))
    .filter((answer) => answer !== undefined);
  const table: LogTable = {
    isPending: tryNumber > 0 && end.data === undefined,
    isBehind: end.isPlaceholderData,
    total: end.data?.total_lines ?? 0,
    rows,
    counts: end.data?.levels ?? NOTHING,
    firstError: end.data?.first_error ?? undefined,
    lineAt: (row) => lineIn(known, row),
    goalRow:
      goal === undefined || !isFresh
        ? undefined
        : (rowOf(end.data, goal) ??
          (around.isPlaceholderData ? undefined : (around.data?.target?.row ?? undefined))),
    findError: async ({ which, line }) => {
      const { target } = await api.viewLog({ ...request, error: which, line, limit: 1 });
      return target?.line;
    },
    loadText: () => loadText(api, request, Math.min(rows, MAX_COPIED)),
    download: (fileName) => saveFile(addressOf("downloadLog", request), fileName),
  };
  return { query: end, table, setRange };
}

function requestOf({ key, tryNumber, filter }: TaskLogView) {
  return {
    ...pathOf(key),
    try_number: tryNumber,
    map_index: key.mapIndex,
    search: filter.search,
    level: filter.level,
  };
}

function hasPage(
  answer: UiLog | undefined,
  page: { readonly first: number; readonly count: number },
): boolean {
  if (answer === undefined) return false;
  const { first_row: first, lines } = answer;
  return first <= page.first && first + lines.length >= page.first + page.count;
}

/** The row of a line, where an answer holds it. */
function rowOf(answer: UiLog | undefined, goal: number): number | undefined {
  const at = answer?.lines.findIndex(({ number }) => number === goal) ?? -1;
  return answer === undefined || at < 0 ? undefined : answer.first_row + at;
}

function lineIn(answers: readonly UiLog[], row: number): NumberedLine | undefined {
  for (const { first_row: first, lines } of answers) {
    const line = lines[row - first];
    if (line !== undefined) return lineOf(line);
  }
  return undefined;
}

function lineOf({ number, timestamp, level, event }: UiLog["lines"][number]): NumberedLine {
  return { number, at: timestamp, level, text: event };
}

async function loadText(
  api: ApiClient,
  request: ReturnType<typeof requestOf>,
  count: number,
): Promise<string> {
  const lines: NumberedLine[] = [];
  while (lines.length < count) {
    const limit = Math.min(1_000, count - lines.length);
    const answer = await api.viewLog({ ...request, row: lines.length, limit });
    if (answer.lines.length === 0) break;
    lines.push(...answer.lines.map(lineOf));
  }
  return renderLog(lines);
}
