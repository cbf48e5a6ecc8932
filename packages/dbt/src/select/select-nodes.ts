import { type DependencyGraph, reach } from "../graph/dependency-graph.ts";
import type { Criterion, Selector } from "./parse-criterion.ts";
import type { Selectable } from "./selectable.ts";
import { findMatcher } from "./selection-methods.ts";

/** Which tests of selected nodes come along without being named. */
export type IndirectSelection = "eager" | "cautious" | "buildable" | "empty";

/** What to choose from, and how. */
export interface SelectionQuery {
  readonly items: ReadonlyMap<string, Selectable>;
  readonly graph: DependencyGraph;
  readonly rootPackage: string;
  /** Nothing selects everything. */
  readonly select: Selector;
  readonly exclude: Selector;
  readonly indirect: IndirectSelection;
  /** What the selectors of a name or pattern choose: the method `selector`. */
  readonly named: (pattern: string) => ReadonlySet<string>;
}

/** Chosen items, and tests that join once all they need is chosen. */
export interface Chosen {
  readonly direct: ReadonlySet<string>;
  readonly indirect: ReadonlySet<string>;
}

function spread(
  query: SelectionQuery,
  criterion: Criterion,
  matched: ReadonlySet<string>,
): ReadonlySet<string> {
  const { graph } = query;
  if (criterion.isClosed) {
    const children = matched.union(reach(graph.children, matched));
    return children.union(reach(graph.parents, children));
  }
  const parents = reach(graph.parents, matched, criterion.parentSteps);
  const children = reach(graph.children, matched, criterion.childSteps);
  return matched.union(parents).union(children);
}

function isSubset(ids: readonly string[], of: ReadonlySet<string>): boolean {
  return ids.every((id) => of.has(id));
}

function sourceIds(query: SelectionQuery): ReadonlySet<string> {
  const sources = [...query.items.values()].filter((item) => item.resourceType === "source");
  return new Set(sources.map((item) => item.id));
}

function addTests(query: SelectionQuery, selected: ReadonlySet<string>): Chosen {
  if (query.indirect === "empty") return { direct: selected, indirect: new Set() };
  const withParents =
    query.indirect === "buildable"
      ? selected.union(reach(query.graph.parents, selected)).union(sourceIds(query))
      : selected;
  const direct = new Set(selected);
  const indirect = new Set<string>();
  for (const id of selected) {
    for (const child of query.graph.children.get(id) ?? []) {
      const item = query.items.get(child);
      if (item?.resourceType !== "test") continue;
      const joins = query.indirect === "eager" || isSubset(item.dependsOn, withParents);
      if (joins) direct.add(child);
      else indirect.add(child);
    }
  }
  return { direct, indirect };
}

/** Chooses what meets one condition, along the graph as far as it says, with the tests that belong to it. */
export function chooseOne(query: SelectionQuery, criterion: Criterion): Chosen {
  if (criterion.method === "selector") {
    // As in dbt, the selector has decided about its tests itself.
    return { direct: spread(query, criterion, query.named(criterion.value)), indirect: new Set() };
  }
  const matches = findMatcher(criterion);
  const matched = new Set<string>();
  for (const item of query.items.values()) {
    if (matches(item, criterion, query.rootPackage)) matched.add(item.id);
  }
  return addTests(query, spread(query, criterion, matched));
}

function intersect(left: Chosen, right: Chosen): Chosen {
  return {
    direct: left.direct.intersection(right.direct),
    indirect: left.indirect.intersection(right.indirect),
  };
}

function unite(left: Chosen, right: Chosen): Chosen {
  return { direct: left.direct.union(right.direct), indirect: left.indirect.union(right.indirect) };
}

const NOTHING: Chosen = { direct: new Set(), indirect: new Set() };

function choose(query: SelectionQuery, selector: Selector): Chosen {
  return selector
    .map((criteria) => criteria.map((criterion) => chooseOne(query, criterion)).reduce(intersect))
    .reduce(unite, NOTHING);
}

/** The conditions that nothing meets, in the order they were written. */
export function findUnmatched(query: SelectionQuery): readonly Criterion[] {
  return query.select.flat().filter((criterion) => {
    if (criterion.method === "selector") return query.named(criterion.value).size === 0;
    const matches = findMatcher(criterion);
    return ![...query.items.values()].some((item) => matches(item, criterion, query.rootPackage));
  });
}

/** Chooses ids: what is selected, less what is excluded, with the tests that belong to it. */
export function selectNodes(query: SelectionQuery): ReadonlySet<string> {
  const everything: Chosen = { direct: new Set(query.items.keys()), indirect: new Set() };
  const included = query.select.length === 0 ? everything : choose(query, query.select);
  const excluded = choose(query, query.exclude);
  const direct = included.direct.difference(excluded.direct);
  const waiting = included.indirect.difference(excluded.direct).difference(excluded.indirect);
  const joined = new Set(direct);
  for (const id of waiting) {
    const item = query.items.get(id);
    if (item !== undefined && isSubset(item.dependsOn, direct)) joined.add(id);
  }
  return joined;
}
