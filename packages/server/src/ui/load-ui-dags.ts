import {
  hasFailures,
  type QueryOf,
  UI_DAG_SEGMENTS,
  type UiDag,
  type UiDagCollection,
} from "@airloom/api";
import type { DagRun, Store, StoredDag } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { loadAll } from "../http/load-all.ts";
import { pageOf } from "../http/page.ts";
import { sortItems } from "../http/sort-items.ts";
import { renderInstantOrNull } from "../wire/instants.ts";
import { renderTrouble, renderUiRun } from "../wire/run-wire.ts";
import { renderUiDag } from "./render-ui-dag.ts";

type Query = QueryOf<"listUiDags">;
type Segment = (typeof UI_DAG_SEGMENTS)[number];

/** A Dag with its newest run, which decides in which segments it stands. */
interface Candidate {
  readonly dag: StoredDag;
  readonly last: DagRun | undefined;
  /** A failure in the newest run, though the run itself may be green. */
  readonly hasFailures: boolean;
}

const RUNS_SHOWN = 24;

const ORDER = {
  dag_id: "dag_id",
  dag_display_name: "dag_display_name",
  last_run: "last_run",
  next_dagrun: "next_dagrun",
  owner: "owner",
} as const;

/** The Dags page: seven queries, however many Dags there are. */
export async function loadUiDags({ store }: ServerContext, query: Query): Promise<UiDagCollection> {
  const page = pageOf(query, ORDER, ["dag_id"]);
  const all = await loadAll((next) => store.listDags({ active: true }, next));
  const candidates = await withLastRuns(
    store,
    all.filter((dag) => matches(dag, query)),
  );
  const chosen = candidates.filter((candidate) => isIn(query.segment, candidate));
  const sorted = sortItems(chosen, page.orderBy ?? [], keyOf);
  const shown = sorted.slice(page.offset, page.offset + query.limit);
  return {
    dags: await renderRows(store, shown),
    total_entries: chosen.length,
    segments: countSegments(candidates),
    all_tags: namesIn(all, (dag) => dag.spec.tags),
    all_owners: namesIn(all, (dag) => dag.spec.owners),
  };
}

async function withLastRuns(
  store: Store,
  dags: readonly StoredDag[],
): Promise<readonly Candidate[]> {
  const summaries = await store.loadRunSummaries(
    dags.map((dag) => dag.dagId),
    1,
  );
  const lastOf = new Map(summaries.map(({ dagId, runs }) => [dagId, runs[0]]));
  const troubles = await store.loadRunTroubles(
    [...lastOf.values()].flatMap((run) => run?.id ?? []),
  );
  return dags.map((dag) => {
    const last = lastOf.get(dag.dagId);
    const trouble = renderTrouble(troubles.get(last?.id ?? ""));
    return { dag, last, hasFailures: last?.state === "failed" || hasFailures(trouble) };
  });
}

async function renderRows(store: Store, shown: readonly Candidate[]): Promise<UiDag[]> {
  const dagIds = shown.map(({ dag }) => dag.dagId);
  const lastRunIds = shown.flatMap(({ last }) => last?.id ?? []);
  const [summaries, counts, typeErrors] = await Promise.all([
    store.loadRunSummaries(dagIds, RUNS_SHOWN),
    store.loadNodeCounts(lastRunIds),
    store.loadTypeErrors([...new Set(shown.map(({ dag }) => dag.file))]),
  ]);
  const troubles = await store.loadRunTroubles(
    summaries.flatMap(({ runs }) => runs.map(({ id }) => id)),
  );
  const runsOf = new Map(summaries.map(({ dagId, runs }) => [dagId, runs]));
  const typeErrorsOf = new Map(typeErrors.map(({ file, total }) => [file, total]));
  const countsOf = Map.groupBy(counts, (count) => count.dagRunId);
  return shown.map(({ dag, last }) => {
    const nodes = countsOf.get(last?.id ?? "") ?? [];
    return {
      ...renderUiDag(dag, typeErrorsOf.get(dag.file) ?? 0),
      runs: (runsOf.get(dag.dagId) ?? [])
        .toReversed()
        .map((run) => renderUiRun(run, troubles.get(run.id))),
      dbt_nodes:
        nodes.length === 0
          ? null
          : Object.fromEntries(nodes.map(({ state, count }) => [state, count])),
    };
  });
}

function matches(dag: StoredDag, query: Query): boolean {
  const { tags, owners, displayName } = dag.spec;
  const search = (query.search ?? "").toLowerCase();
  const isFound = [dag.dagId, displayName].some((name) => name.toLowerCase().includes(search));
  if (!isFound) return false;
  if (query.tags !== undefined && !query.tags.some((tag) => tags.includes(tag))) return false;
  if (query.exclude_tags?.some((tag) => tags.includes(tag)) === true) return false;
  return query.owners === undefined || query.owners.some((owner) => owners.includes(owner));
}

function isIn(segment: Segment, { dag, last, hasFailures: isFailing }: Candidate): boolean {
  switch (segment) {
    case "all":
      return true;
    case "failing":
      return isFailing;
    case "running":
      return last?.state === "running";
    case "waiting":
      return last?.state === "queued";
    case "paused":
      return dag.isPaused;
  }
}

function countSegments(candidates: readonly Candidate[]): UiDagCollection["segments"] {
  const countOf = (segment: Segment) =>
    candidates.filter((candidate) => isIn(segment, candidate)).length;
  return {
    all: countOf("all"),
    failing: countOf("failing"),
    running: countOf("running"),
    waiting: countOf("waiting"),
    paused: countOf("paused"),
  };
}

function keyOf({ dag, last }: Candidate, name: string): string | null {
  switch (name) {
    case "dag_display_name":
      return dag.spec.displayName;
    case "last_run":
      return renderInstantOrNull(last?.startedAt ?? last?.queuedAt ?? null);
    case "next_dagrun":
      return renderInstantOrNull(dag.nextRunAfter);
    case "owner":
      return dag.spec.owners[0] ?? null;
    default:
      return dag.dagId;
  }
}

function namesIn(
  dags: readonly StoredDag[],
  namesOf: (dag: StoredDag) => readonly string[],
): string[] {
  return [...new Set(dags.flatMap(namesOf))].toSorted((a, b) => a.localeCompare(b, "en"));
}
