import { RUN_STATES, type RunState } from "@airloom/api";

/** What stands behind `?` in an address, before anybody has looked at it. */
type Raw = Readonly<Record<string, unknown>>;

function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : undefined;
}

function listOf(value: unknown): readonly string[] | undefined {
  const items = (Array.isArray(value) ? value : [value]).flatMap((item) => textOf(item) ?? []);
  return items.length === 0 ? undefined : items;
}

function oneOf<const Value extends string>(
  values: readonly Value[],
  value: unknown,
): Value | undefined {
  return values.find((candidate) => candidate === value);
}

/** Leaves out what is not set, so that addresses stay short. */
function compact<T extends object>(search: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** A search without some of its parts, for closing a dialog or removing a filter. */
export function without<T extends object, K extends keyof T>(
  search: T,
  ...names: readonly K[]
): Omit<T, K> {
  const dropped: ReadonlySet<PropertyKey> = new Set<PropertyKey>(names);
  return Object.fromEntries(Object.entries(search).filter(([name]) => !dropped.has(name))) as Omit<
    T,
    K
  >;
}

export const DAG_SEGMENTS = ["all", "failing", "running", "waiting", "paused"] as const;
export const DAG_TABS = ["grid", "runs", "tasks", "code", "details"] as const;
export const RUN_MARKS = ["success", "failed"] as const;
export const TASK_MARKS = ["success", "failed", "skipped"] as const;
export const TASK_TABS = ["result", "log", "xcom", "rendered", "details"] as const;

export function parseSignIn(raw: Raw) {
  // `ended`: the session ended by itself, which the page then says.
  return compact({ next: textOf(raw["next"]), ended: raw["ended"] === true ? true : undefined });
}

export function parseDags(raw: Raw) {
  return compact({
    q: textOf(raw["q"]),
    tag: listOf(raw["tag"]),
    not: listOf(raw["not"]),
    owner: listOf(raw["owner"]),
    segment: oneOf(DAG_SEGMENTS, raw["segment"]),
    trigger: textOf(raw["trigger"]),
  });
}

export function parseDag(raw: Raw) {
  return compact({
    tab: oneOf(DAG_TABS, raw["tab"]),
    runs: numberOf(raw["runs"]),
    run: textOf(raw["run"]),
    row: textOf(raw["row"]),
    folded: listOf(raw["folded"]),
    view: oneOf(["graph", "tasks"], raw["view"]),
    version: numberOf(raw["version"]),
    dialog: oneOf(["trigger", "clear"], raw["dialog"]),
  });
}

export function parseRun(raw: Raw) {
  return compact({
    view: oneOf(["tasks", "graph", "details"], raw["view"]),
    dialog: oneOf(["clear", "note"], raw["dialog"]),
    mark: oneOf(RUN_MARKS, raw["mark"]),
  });
}

export function parseTask(raw: Raw) {
  return compact({
    map: numberOf(raw["map"]),
    try: numberOf(raw["try"]),
    tab: oneOf(TASK_TABS, raw["tab"]),
    node: textOf(raw["node"]),
    line: numberOf(raw["line"]),
    dialog: oneOf(["clear", "note", "rerun"], raw["dialog"]),
    mark: oneOf(TASK_MARKS, raw["mark"]),
    select: textOf(raw["select"]),
  });
}

export function parseRuns(raw: Raw) {
  const state: RunState | undefined = oneOf(RUN_STATES, raw["state"]);
  return compact({
    state,
    q: textOf(raw["q"]),
    from: textOf(raw["from"]),
    to: textOf(raw["to"]),
    offset: numberOf(raw["offset"]),
  });
}

/** Lists with a form beside them: which entry is open, or that a new one is being made. */
export function parseSelection(raw: Raw) {
  return compact({
    q: textOf(raw["q"]),
    id: textOf(raw["id"]),
    isNew: raw["isNew"] === true || raw["isNew"] === "true" ? true : undefined,
  });
}

export function parseAudit(raw: Raw) {
  return compact({
    event: textOf(raw["event"]),
    user: textOf(raw["user"]),
    dag: textOf(raw["dag"]),
    offset: numberOf(raw["offset"]),
  });
}

export function parseJobRuns(raw: Raw) {
  return compact({ status: numberOf(raw["status"]), offset: numberOf(raw["offset"]) });
}

export function parseDbtRun(raw: Raw) {
  return compact({ step: numberOf(raw["step"]), node: textOf(raw["node"]) });
}
