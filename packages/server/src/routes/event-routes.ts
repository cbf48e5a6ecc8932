import type { QueryOf } from "@airloom/api";
import type { LiveEvent } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";
import { renderEvent } from "../wire/event-wire.ts";

const BEAT_MS = 15_000;
/** A reader who falls this far behind is cut off; it comes back and reads the pages anew. */
const MAX_WAITING_BYTES = 1_048_576;

/** Live events. `openStreams` lets the server end them when it closes. */
export function eventRoutes(
  context: ServerContext,
  openStreams: Set<() => void>,
): Handlers<"streamEvents"> {
  const { events, access, clock } = context;
  return {
    streamEvents: async ({ query, request, reply, credentials }) => {
      reply.hijack();
      const stream = reply.raw;
      stream.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
      });
      stream.write("retry: 2000\n\n: connected\n\n");

      const unsubscribe = events.subscribe((event) => {
        if (!isWanted(event, query)) return;
        if (stream.writableLength > MAX_WAITING_BYTES) end();
        else stream.write(`data: ${JSON.stringify(renderEvent(event))}\n\n`);
      });
      let cancelBeat = clock.schedule(nextBeat(), () => void beat());
      // Signing out elsewhere must end what the session may still hear: at once here, by the next beat everywhere.
      const forget = context.onSessionsEnded(() => void check());

      async function beat(): Promise<void> {
        if (!(await check())) return;
        stream.write(": beat\n\n");
        cancelBeat = clock.schedule(nextBeat(), () => void beat());
      }

      async function check(): Promise<boolean> {
        const caller = await access.authenticate(credentials?.token ?? "").catch(() => undefined);
        if (caller === undefined) end();
        return caller !== undefined;
      }

      function nextBeat(): Date {
        return new Date(clock.now().getTime() + BEAT_MS);
      }

      function end(): void {
        unsubscribe();
        forget();
        cancelBeat();
        openStreams.delete(end);
        stream.end();
      }

      openStreams.add(end);
      request.raw.once("close", end);
      return reply;
    },
  };
}

function isWanted(event: LiveEvent, query: QueryOf<"streamEvents">): boolean {
  if (query.exclude_logs && event.kind === "log") return false;
  if (query.dag_id === undefined || event.kind === "import_errors") return true;
  return event.dagId === query.dag_id;
}
