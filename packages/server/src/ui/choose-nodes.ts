import type { TaskNode } from "@airloom/core";

/** What of a dbt run is to run again. */
export type Rerun =
  | { readonly kind: "from_failure" }
  | { readonly kind: "select"; readonly select: string };

const NOT_DONE: ReadonlySet<string> = new Set([
  "error",
  "fail",
  "runtime error",
  "partial success",
  "skipped",
  "none",
]);

/**
 * The nodes a rerun will run, as far as the last attempt knows them.
 *
 * For people to look at before they say yes: dbt itself resolves the selection when it runs. Names with `+` before or
 * after are followed through the known graph; other methods of selection answer nothing here.
 */
export function chooseNodes(nodes: readonly TaskNode[], rerun: Rerun): readonly TaskNode[] {
  if (rerun.kind === "from_failure") return nodes.filter((node) => NOT_DONE.has(node.state));
  const chosen = new Set(rerun.select.split(/\s+/u).flatMap((term) => resolveTerm(nodes, term)));
  return nodes.filter((node) => chosen.has(node.uniqueId));
}

function resolveTerm(nodes: readonly TaskNode[], term: string): readonly string[] {
  const parts = /^(?<before>\+?)(?<name>[\w.]+)(?<after>\+?)$/u.exec(term)?.groups;
  if (parts === undefined) return [];
  const start = nodes.filter(
    (node) => node.name === parts["name"] || node.uniqueId === parts["name"],
  );
  const ids = start.map((node) => node.uniqueId);
  return [
    ...ids,
    ...(parts["before"] === "+" ? follow(ids, (id) => parentsOf(nodes, id)) : []),
    ...(parts["after"] === "+" ? follow(ids, (id) => childrenOf(nodes, id)) : []),
  ];
}

function parentsOf(nodes: readonly TaskNode[], id: string): readonly string[] {
  return nodes.find((node) => node.uniqueId === id)?.dependsOn ?? [];
}

function childrenOf(nodes: readonly TaskNode[], id: string): readonly string[] {
  return nodes.filter((node) => node.dependsOn.includes(id)).map((node) => node.uniqueId);
}

function follow(
  start: readonly string[],
  next: (id: string) => readonly string[],
): readonly string[] {
  const seen = new Set(start);
  const open = [...start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const other of next(id)) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return [...seen];
}
