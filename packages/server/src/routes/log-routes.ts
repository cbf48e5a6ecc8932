import type { LogLine as WireLine } from "@airloom/api";
import { AirloomError, type LogKey, type LogLine, type Store } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { findTaskInstanceOrThrow } from "../http/find-or-throw.ts";
import type { Handlers } from "../http/handler.ts";

/** A reader of a whole log gets at most this many lines; then it follows the token. */
const MAX_LINES = 10_000;

/** Logs of attempts. */
export function logRoutes(context: ServerContext): Handlers<"getLog"> {
  const { store, logs } = context;
  return {
    getLog: async ({ params, query, request, reply }) => {
      const { key, isOver } = await findLogOrThrow(store, params, query.map_index);
      const page = await logs.read(key, {
        limit: query.full_content ? MAX_LINES : query.limit,
        ...(query.token === undefined ? {} : { token: query.token }),
      });
      const content = page.lines.map(renderLine);
      if (wantsNdjson(request.headers.accept)) {
        return reply
          .type("application/x-ndjson")
          .send(content.map((line) => `${JSON.stringify(line)}\n`).join(""));
      }
      // A token that is given means: there is more, or there will be.
      const isDone = page.isEnd && isOver;
      return { content, continuation_token: isDone ? null : page.token };
    },
  };
}

/** The log that a path names; a try that was never made has none. */
export async function findLogOrThrow(
  store: Store,
  path: {
    readonly dag_id: string;
    readonly dag_run_id: string;
    readonly task_id: string;
    readonly try_number: number;
  },
  mapIndex: number,
): Promise<{ readonly key: LogKey; readonly isOver: boolean }> {
  const found = await findTaskInstanceOrThrow(store, path, mapIndex);
  const { dagId, runId, taskId } = found;
  const tryNumber = path.try_number;
  if (tryNumber > found.tryNumber) {
    throw new AirloomError(
      "task.not_found",
      `Cannot find try ${tryNumber} of task "${taskId}": the last one is ${found.tryNumber}`,
    );
  }
  return {
    key: { dagId, runId, taskId, mapIndex: found.mapIndex, tryNumber },
    isOver: found.tryNumber > tryNumber || found.endedAt !== null,
  };
}

export function renderLine(line: LogLine): WireLine {
  return { timestamp: line.at, event: line.text, level: line.level, logger: line.source };
}

function wantsNdjson(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes("application/x-ndjson");
}
