import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import type { LogFilter, LogKey, LogLevel, LogPlace, LogStore, LogView } from "@airloom/core";
import type { FastifyReply } from "fastify";
import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";
import { findLogOrThrow, renderLine } from "./log-routes.ts";

/** Lines that are rendered at a time while a log is downloaded. */
const DOWNLOAD_LINES = 2_000;

/** Logs as the viewer looks at them: some lines, and what is true of all. */
export function logViewRoutes(context: ServerContext): Handlers<"viewLog" | "downloadLog"> {
  const { store, logs } = context;
  return {
    viewLog: async ({ params, query, reply }) => {
      const { key, isOver } = await findLogOrThrow(store, params, query.map_index);
      const view = await logs.view(key, {
        filter: filterOf(query),
        place: placeOf(query),
        limit: query.limit,
        signal: abortOnClose(reply),
      });
      return renderView(view, isOver);
    },
    downloadLog: async ({ params, query, reply }) => {
      const { key } = await findLogOrThrow(store, params, query.map_index);
      const filter = filterOf(query);
      return reply
        .type("text/plain; charset=utf-8")
        .header("content-disposition", "attachment")
        .send(Readable.from(renderText(logs, { key, filter, signal: abortOnClose(reply) })));
    },
  };
}

function filterOf(query: { readonly search: string; readonly level: LogLevel }): LogFilter {
  return { search: query.search, least: query.level };
}

function placeOf({
  error,
  line,
  row,
}: {
  readonly error?: "first" | "next" | "previous" | undefined;
  readonly line?: number | undefined;
  readonly row?: number | undefined;
}): LogPlace {
  if (error !== undefined) return { kind: "error", which: error, from: line ?? 0 };
  if (line !== undefined) return { kind: "line", line };
  return row === undefined ? { kind: "end" } : { kind: "row", row };
}

/** Whoever types on, or goes elsewhere, is not searched for any more. */
function abortOnClose(reply: FastifyReply): AbortSignal {
  const abort = new AbortController();
  reply.raw.once("close", () => abort.abort());
  return abort.signal;
}

function renderView(view: LogView, isOver: boolean) {
  return {
    total_lines: view.total,
    matching_lines: view.matching,
    levels: view.counts,
    first_error: view.firstError ?? null,
    target: view.target ?? null,
    first_row: view.firstRow,
    lines: view.lines.map((line) => ({ ...renderLine(line), number: line.number })),
    is_over: isOver,
  };
}

/** The log as it was when the first of it was read: what is written meanwhile is not waited for. */
async function* renderText(
  logs: LogStore,
  {
    key,
    filter,
    signal,
  }: { readonly key: LogKey; readonly filter: LogFilter; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  let matching = 1;
  for (let row = 0; row < matching; row += DOWNLOAD_LINES) {
    const place = { kind: "row", row } as const;
    const view = await logs.view(key, { filter, place, limit: DOWNLOAD_LINES, signal });
    if (row === 0) ({ matching } = view);
    yield view.lines
      .slice(0, matching - row)
      .map(
        ({ at, level, text }) => `${at} ${level.toUpperCase()} ${stripVTControlCharacters(text)}\n`,
      )
      .join("");
  }
}
