import type { ApiClient, LogLine } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { pathOf, type TaskKey } from "../../api/queries.ts";
import { useServices } from "../../app/services.ts";
import { dropClock } from "./drop-clock.ts";
import type { NumberedLine } from "./filter-log.ts";
import { levelOf } from "./level-of.ts";

/** What is known of a log, and where to read on. */
interface LogSoFar {
  readonly lines: readonly NumberedLine[];
  readonly token: string | undefined;
  /** Nothing will ever follow. */
  readonly isEnd: boolean;
}

const PAGE_SIZE = 5_000;
const NOTHING: LogSoFar = { lines: [], token: undefined, isEnd: false };

/** Reads an attempt's log on from where it was read to, whenever an event says that there is more. */
export function useTaskLog(key: TaskKey, tryNumber: number, isLive: boolean) {
  const { api, queryClient } = useServices();
  const queryKey = ["log", key.dagId, key.runId, key.taskId, key.mapIndex, tryNumber];
  return useQuery({
    queryKey,
    enabled: tryNumber > 0,
    // Events come first; this is the net below them.
    refetchInterval: isLive ? 5_000 : false,
    queryFn: ({ signal }) =>
      readOn(queryClient.getQueryData<LogSoFar>(queryKey) ?? NOTHING, (token) =>
        readPage(api, { key, tryNumber, token, signal }),
      ),
  });
}

type Page = Awaited<ReturnType<ApiClient["getLog"]>>;

/** Appends pages until one comes back without lines, or without a token: then the log has ended. */
export async function readOn(
  known: LogSoFar,
  read: (token: string | undefined) => Promise<Page>,
): Promise<LogSoFar> {
  let log = known;
  while (!log.isEnd) {
    const { content, continuation_token: token } = await read(log.token);
    log = {
      lines:
        content.length === 0 ? log.lines : [...log.lines, ...number(content, log.lines.length)],
      token: token ?? undefined,
      isEnd: token === null,
    };
    if (content.length === 0) break;
  }
  return log;
}

function readPage(
  api: ApiClient,
  at: {
    readonly key: TaskKey;
    readonly tryNumber: number;
    readonly token: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Page> {
  return api.getLog(
    {
      ...pathOf(at.key),
      try_number: at.tryNumber,
      map_index: at.key.mapIndex,
      limit: PAGE_SIZE,
      token: at.token,
    },
    { signal: at.signal },
  );
}

function number(lines: readonly LogLine[], from: number): readonly NumberedLine[] {
  return lines.map(({ timestamp, event, level }, index) => {
    const text = timestamp === null ? event : dropClock(event);
    return {
      number: from + index + 1,
      at: timestamp,
      level: levelOf({ level, event: text }),
      text,
    };
  });
}
