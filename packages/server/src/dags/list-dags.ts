import type { QueryOf } from "@airloom/api";
import type { DagRun, Page, Store, StoredDag } from "@airloom/core";
import { loadAll } from "../http/load-all.ts";
import { pageOf } from "../http/page.ts";
import { matchesPattern } from "../http/pattern.ts";
import { sortItems } from "../http/sort-items.ts";
import { parseInstant, renderInstantOrNull } from "../wire/instants.ts";

type Query = QueryOf<"listDags">;

const ORDER = {
  dag_id: "dagId",
  dag_display_name: "dag_display_name",
  is_paused: "is_paused",
  next_dagrun: "next_dagrun",
  next_dagrun_run_after: "next_dagrun",
  last_run_state: "last_run_state",
  last_run_start_date: "last_run_start_date",
} as const;

const STORED = new Set(["dagId", "-dagId"]);

/** Dags by Airflow's filters: by the store where it can, and by their specs where only these know. */
export async function listDags(
  store: Pick<Store, "listDags" | "loadRunSummaries">,
  query: Query,
): Promise<Page<StoredDag>> {
  const page = pageOf(query, ORDER, ["dagId"]);
  const filter = {
    ...(query.paused === undefined ? {} : { paused: query.paused }),
    ...(query.exclude_stale ? { active: true } : {}),
  };
  const isPlain = !needsSpecs(query) && (page.orderBy ?? []).every((name) => STORED.has(name));
  if (isPlain) return store.listDags(filter, page);

  const dags = await loadAll((next) => store.listDags(filter, next));
  const lastRuns = needsRuns(query, page.orderBy ?? [])
    ? await loadLastRuns(store, dags)
    : new Map<string, DagRun>();
  const chosen = dags.filter(
    (dag) => matchesSpec(dag, query) && matchesLastRun(lastRuns.get(dag.dagId), query),
  );
  const sorted = sortItems(chosen, page.orderBy ?? [], (dag, name) =>
    keyOf(dag, lastRuns.get(dag.dagId), name),
  );
  return {
    items: sorted.slice(page.offset, page.offset + page.limit),
    total: chosen.length,
  };
}

const RUN_FILTERS = ["last_dag_run_state", "dag_run_state"] as const;
const RUN_RANGE = /^dag_run_(?<field>start|end)_date_(?<op>gte|gt|lte|lt)$/u;

function needsSpecs(query: Query): boolean {
  const { tags, owners, dag_id_pattern, dag_display_name_pattern, has_import_errors } = query;
  return (
    [tags, owners, dag_id_pattern, dag_display_name_pattern, has_import_errors].some(
      (value) => value !== undefined,
    ) || filtersRuns(query)
  );
}

function filtersRuns(query: Query): boolean {
  if (RUN_FILTERS.some((name) => query[name] !== undefined)) return true;
  return Object.entries(query).some(([name, value]) => RUN_RANGE.test(name) && value != null);
}

function needsRuns(query: Query, orderBy: readonly string[]): boolean {
  return filtersRuns(query) || orderBy.some((name) => name.includes("last_run"));
}

async function loadLastRuns(
  store: Pick<Store, "loadRunSummaries">,
  dags: readonly StoredDag[],
): Promise<ReadonlyMap<string, DagRun>> {
  const summaries = await store.loadRunSummaries(
    dags.map((dag) => dag.dagId),
    1,
  );
  return new Map(
    summaries.flatMap(({ dagId, runs: [last] }) => (last === undefined ? [] : [[dagId, last]])),
  );
}

function matchesSpec(dag: StoredDag, query: Query): boolean {
  const { spec } = dag;
  const isTagged = (tag: string) => spec.tags.includes(tag);
  const tags = query.tags ?? [];
  const tagsFit = query.tags_match_mode === "all" ? tags.every(isTagged) : tags.some(isTagged);
  if (tags.length > 0 && !tagsFit) return false;

  const owners = query.owners ?? [];
  if (owners.length > 0 && !owners.some((owner) => spec.owners.includes(owner))) return false;
  if (query.has_import_errors !== undefined && query.has_import_errors !== dag.isStale) {
    return false;
  }
  return (
    matchesPattern(query.dag_id_pattern ?? "%", dag.dagId) &&
    matchesPattern(query.dag_display_name_pattern ?? "%", spec.displayName)
  );
}

/** The newest run decides: "Dags whose last run failed" is what people look for. */
function matchesLastRun(run: DagRun | undefined, query: Query): boolean {
  const states = [query.last_dag_run_state ?? [], query.dag_run_state ?? []].flat();
  if (states.length > 0 && (run === undefined || !states.includes(run.state))) return false;
  return Object.entries(query).every(([name, bound]) => {
    const parts = RUN_RANGE.exec(name)?.groups;
    if (parts === undefined || typeof bound !== "string") return true;
    const at = parts["field"] === "start" ? run?.startedAt : run?.endedAt;
    return at != null && isWithin(at.getTime(), parts["op"] ?? "", parseInstant(bound).getTime());
  });
}

function isWithin(at: number, op: string, bound: number): boolean {
  if (op === "gte") return at >= bound;
  if (op === "gt") return at > bound;
  return op === "lte" ? at <= bound : at < bound;
}

function keyOf(dag: StoredDag, run: DagRun | undefined, name: string) {
  switch (name) {
    case "dag_display_name":
      return dag.spec.displayName;
    case "is_paused":
      return dag.isPaused;
    case "next_dagrun":
      return renderInstantOrNull(dag.nextRunAfter);
    case "last_run_state":
      return run?.state ?? null;
    case "last_run_start_date":
      return renderInstantOrNull(run?.startedAt ?? null);
    default:
      return dag.dagId;
  }
}
