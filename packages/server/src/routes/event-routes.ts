import type { QueryOf, UiEvent } from "@airloom/api";
import type { LiveEvent } from "@airloom/core";
import { loadViewer, type Viewer, viewers } from "../auth/viewer.ts";
import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";
import { renderEvent } from "../wire/event-wire.ts";

const BEAT_MS = 15_000;
/** A reader who falls this far behind is cut off; it comes back and reads the pages anew. */
const MAX_WAITING_BYTES = 1_048_576;
/** The same for events that wait for what a run's event tells beside its state. */
const MAX_WAITING_EVENTS = 10_000;

/** Live events. `openStreams` lets the server end them when it closes. */
export function eventRoutes(
  context: ServerContext,
  openStreams: Set<() => void>,
): Handlers<"streamEvents"> {
  // What is shown to whom is decided below; an event is told alike to all who hear of it.
  const { events, access, clock, everything: store } = context;
  // Asked for once, however many listen.
  const runLines = new WeakMap<LiveEvent, Promise<string>>();

  function render(event: LiveEvent): string | Promise<string> {
    if (event.kind !== "run") return lineOf(renderEvent(event, undefined));
    const known = runLines.get(event) ?? renderRunEvent(event);
    runLines.set(event, known);
    return known;
  }

  async function renderRunEvent(event: Extract<LiveEvent, { kind: "run" }>): Promise<string> {
    const run = await store.findRun(event.dagId, event.runId).catch(() => undefined);
    const troubles = await store.loadRunTroubles([run?.id ?? ""]).catch(() => undefined);
    return lineOf(renderEvent(event, troubles?.get(run?.id ?? "")));
  }

  return {
    streamEvents: async ({ query, request, reply, credentials }) => {
      let viewer = viewers.getStore();
      reply.hijack();
      const stream = reply.raw;
      stream.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
      });
      stream.write("retry: 2000\n\n: connected\n\n");

      let sent = Promise.resolve();
      let waiting = 0;
      let isStale = false;
      const unsubscribe = events.subscribe((event) => {
        if (!isWanted(event, query)) return;
        if (stream.writableLength > MAX_WAITING_BYTES || waiting > MAX_WAITING_EVENTS) return end();
        // A Dag that is new, or has other tags now, may be hidden or shown by them.
        if (event.kind === "dag" && viewer?.isRestricted === true) expectChange();
        if (waiting > 0) return enqueue(() => tell(event));
        if (!isVisible(event, viewer)) return;
        const line = render(event);
        if (typeof line === "string") stream.write(line);
        else enqueue(async () => write(await line));
      });

      // Nothing waits unless something before it does: events keep their order, and each is judged in its turn.
      function enqueue(work: () => Promise<void>): void {
        waiting += 1;
        sent = sent.then(async () => {
          await work();
          waiting -= 1;
        });
      }

      async function tell(event: LiveEvent): Promise<void> {
        if (isVisible(event, viewer)) write(await render(event));
      }

      // What was asked for meanwhile may come when the stream has ended.
      function write(text: string): void {
        if (!stream.writableEnded) stream.write(text);
      }

      /** What may be seen is another from here on: what comes now waits until that is known. */
      function expectChange(): void {
        if (isStale) return;
        isStale = true;
        enqueue(async () => {
          isStale = false;
          await check();
        });
      }

      let cancelBeat = clock.schedule(nextBeat(), () => void beat());
      // Signing out elsewhere must end what the session may still hear: at once here, by the next beat everywhere.
      const forget = context.onSessionsEnded(expectChange);

      async function beat(): Promise<void> {
        // The stream may have ended while its user was looked up.
        if (!(await check()) || stream.writableEnded) return;
        stream.write(": beat\n\n");
        cancelBeat = clock.schedule(nextBeat(), () => void beat());
      }

      async function check(): Promise<boolean> {
        try {
          const caller = await access.authenticate(credentials?.token ?? "");
          // What was granted or hidden meanwhile holds from here on.
          if (caller !== undefined) viewer = await loadViewer(context.everything, caller.user);
          else end();
          return caller !== undefined;
        } catch {
          // Who may not be looked up hears nothing on trust: the page asks again.
          end();
          return false;
        }
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

function lineOf(event: UiEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

function isVisible(event: LiveEvent, viewer: Viewer | undefined): boolean {
  return event.kind === "import_errors" || viewer?.canSee(event.dagId) === true;
}

function isWanted(event: LiveEvent, query: QueryOf<"streamEvents">): boolean {
  if (query.exclude_logs && event.kind === "log") return false;
  if (query.dag_id === undefined || event.kind === "import_errors") return true;
  return event.dagId === query.dag_id;
}
