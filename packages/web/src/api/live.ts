import { addressOf, type UiEvent, type UiGrid } from "@airloom/api";
import type { QueryClient } from "@tanstack/react-query";

/** How long changes are gathered before what depends on them is read again. */
const GATHER_MS = 700;

/** A browser gives a stream up for good when it is answered with an error, as by a proxy before a server that restarts. */
const REOPEN_MS = 3_000;

const KINDS = ["message", "task_instance", "run", "dag", "nodes", "log", "import_errors"] as const;

/**
 * Follows the server's one stream of events: what an event says is painted at once, what it
 * only hints at is read again. After a break everything on screen is read again; `onBreak` is called at each.
 */
export function followEvents(queryClient: QueryClient, onBreak: () => void): void {
  const refresh = gather(queryClient);
  let isFirst = true;
  open();

  function open(): void {
    const source = new EventSource(addressOf("streamEvents", {}));
    source.addEventListener("open", () => {
      // Also where the session ended meanwhile: what is read again says so.
      if (!isFirst) void queryClient.invalidateQueries();
      isFirst = false;
    });
    source.addEventListener("error", () => {
      isFirst = false;
      onBreak();
      if (source.readyState === EventSource.CLOSED) setTimeout(open, REOPEN_MS);
    });
    for (const kind of KINDS) {
      source.addEventListener(kind, (message: MessageEvent<string>) => {
        const event = parseEvent(message.data);
        if (event === undefined) return;
        paint(queryClient, event);
        refresh(keysOf(event));
      });
    }
  }
}

/** The query keys whose answers an event may have changed. */
export function keysOf(event: UiEvent): readonly (readonly string[])[] {
  switch (event.kind) {
    case "task_instance": {
      const { dag_id, dag_run_id, task_id } = event;
      return [
        ["home"],
        ["dags"],
        ["grid", dag_id],
        // What failed in a run is told with the run.
        ["runs"],
        ["run", dag_id, dag_run_id],
        ["taskInstances", dag_id, dag_run_id],
        ["taskInstance", dag_id, dag_run_id, task_id],
        ["tries", dag_id, dag_run_id, task_id],
        ["nodes", dag_id, dag_run_id, task_id],
        ["explain", dag_id, dag_run_id],
        ["links", dag_id, dag_run_id, task_id],
        ["xcoms", dag_id, dag_run_id, task_id],
        ["log", dag_id, dag_run_id, task_id],
      ];
    }
    case "run":
      return [
        ["home"],
        ["dags"],
        ["grid", event.dag_id],
        ["runs"],
        ["run", event.dag_id, event.dag_run_id],
      ];
    case "dag":
      return [
        ["home"],
        ["dags"],
        ["grid", event.dag_id],
        ["dag", event.dag_id],
        ["dagVersions", event.dag_id],
      ];
    case "nodes":
      return [
        ["nodes", event.dag_id, event.dag_run_id, event.task_id],
        ["grid", event.dag_id],
        ["home"],
        ["dags"],
        ["runs"],
        ["run", event.dag_id, event.dag_run_id],
      ];
    case "log":
      return [["log", event.dag_id, event.dag_run_id, event.task_id]];
    case "import_errors":
      return [["home"], ["dags"], ["grid"]];
  }
}

/** The grid with one task instance's new state; the same grid where the event is not about it. */
export function patchGrid(grid: UiGrid, event: UiEvent): UiGrid {
  if (event.kind !== "task_instance" || event.dag_id !== grid.dag.dag_id) return grid;
  // A mapped task's cell sums up its instances: only the server can tell what it says now.
  if (event.map_index >= 0) return grid;
  const column = grid.runs.findIndex((run) => run.dag_run_id === event.dag_run_id);
  if (column === -1) return grid;
  const { state, try_number, start_date, end_date } = event;
  const cell = { state, try_number, start_date, end_date, counts: null };
  const rows = grid.rows.map((row) =>
    row.kind === "task" && row.task_id === event.task_id
      ? { ...row, cells: row.cells.with(column, cell) }
      : row,
  );
  return { ...grid, rows };
}

function paint(queryClient: QueryClient, event: UiEvent): void {
  if (event.kind !== "task_instance") return;
  queryClient.setQueriesData<UiGrid>({ queryKey: ["grid", event.dag_id] }, (grid) =>
    grid === undefined ? grid : patchGrid(grid, event),
  );
}

/** Reads again what was named, at most once per gathering however many events name it. */
function gather(queryClient: QueryClient): (keys: readonly (readonly string[])[]) => void {
  const pending = new Map<string, readonly string[]>();
  return (keys) => {
    if (pending.size === 0) {
      setTimeout(() => {
        const due = [...pending.values()];
        pending.clear();
        for (const queryKey of due) void queryClient.invalidateQueries({ queryKey });
      }, GATHER_MS);
    }
    for (const key of keys) pending.set(key.join("\n"), key);
  };
}

const KNOWN: ReadonlySet<unknown> = new Set(KINDS);

/** Reads an event off the wire; `undefined` for a kind this build does not know. */
export function parseEvent(data: string): UiEvent | undefined {
  const value: unknown = JSON.parse(data);
  return isEvent(value) ? value : undefined;
}

function isEvent(value: unknown): value is UiEvent {
  return typeof value === "object" && value !== null && "kind" in value && KNOWN.has(value.kind);
}
