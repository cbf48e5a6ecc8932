import type { LogLine as WireLine } from "@airloom/api";
import { AirloomError, type LogKey, type LogLine } from "@airloom/core";
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
      const taskInstance = await findTaskInstanceOrThrow(store, params, query.map_index);
      if (params.try_number > taskInstance.tryNumber) {
        throw new AirloomError(
          "task.not_found",
          `Cannot find try ${params.try_number} of task "${taskInstance.taskId}": the last one is ${taskInstance.tryNumber}`,
        );
      }
      const key: LogKey = {
        dagId: taskInstance.dagId,
        runId: taskInstance.runId,
        taskId: taskInstance.taskId,
        mapIndex: taskInstance.mapIndex,
        tryNumber: params.try_number,
      };
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
      const isDone = page.isEnd && isOver(taskInstance, params.try_number);
      return { content, continuation_token: isDone ? null : page.token };
    },
  };
}

function isOver(
  taskInstance: { readonly tryNumber: number; readonly endedAt: Date | null },
  tryNumber: number,
): boolean {
  return taskInstance.tryNumber > tryNumber || taskInstance.endedAt !== null;
}

function renderLine(line: LogLine): WireLine {
  return { timestamp: line.at, event: line.text, level: line.level, logger: line.source };
}

function wantsNdjson(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes("application/x-ndjson");
}
