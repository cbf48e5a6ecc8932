import type { UiGrid, UiNode } from "@airloom/api";

/** A box of the graph. Its id is that of the grid's row, so that states are found without another request. */
export interface GraphNode {
  readonly id: string;
  readonly kind: "group" | "task" | "dbt-task" | "dbt-node" | "closed";
  readonly label: string;
  readonly parentId: string | null;
  /** Of a dbt node its resource type, of a task its operator. */
  readonly type: string | null;
  /** Rows of the tests that hang on a dbt node: they are summed up in its box. */
  readonly testIds: readonly string[];
  /** Of a closed container, how many boxes are in it. */
  readonly holds?: number;
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  readonly label: string | null;
  /** The dbt task that holds both ends; null for an edge between tasks. */
  readonly within: string | null;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

type DbtTask = UiGrid["dbt"][number];
type NodeFacts = Pick<UiNode, "unique_id" | "name" | "resource_type">;

/** A box for a task with more dbt nodes than this would be unreadable: it stays closed. */
const MOST_NODES = 150;

/** The graph of a Dag: tasks and groups, and inside each dbt task its models, seeds and snapshots. */
export function graphOf(grid: Pick<UiGrid, "graph" | "dbt">): Graph {
  const dbtTasks = grid.dbt.filter(({ nodes }) => nodes.length > 0 && nodes.length <= MOST_NODES);
  const open = new Set(dbtTasks.map(({ task_id }) => `task:${task_id}`));
  const tasks = grid.graph.nodes.map((node) => ({
    id: node.id,
    kind: node.kind === "group" ? "group" : open.has(node.id) ? "dbt-task" : "task",
    label: node.label,
    parentId: node.parent_id,
    type: node.operator,
    testIds: [],
  })) satisfies readonly GraphNode[];
  return {
    nodes: [...tasks, ...dbtTasks.flatMap(dbtNodesOf)],
    edges: [
      ...grid.graph.edges.map((edge) => ({ ...edge, within: null })),
      ...dbtTasks.flatMap(dbtEdgesOf),
    ],
  };
}

function rowIdOf(taskId: string, uniqueId: string): string {
  return `node:${taskId}:${uniqueId}`;
}

function isTest({ resource_type }: NodeFacts): boolean {
  return resource_type === "test" || resource_type === "unit_test";
}

function dbtNodesOf(task: DbtTask): readonly GraphNode[] {
  const tests = testsByNode(task);
  return task.nodes
    .filter((node) => !isTest(node))
    .map((node) => ({
      id: rowIdOf(task.task_id, node.unique_id),
      kind: "dbt-node",
      label: node.name,
      parentId: `task:${task.task_id}`,
      type: node.resource_type,
      testIds: tests.get(node.unique_id) ?? [],
    }));
}

/** A test of several models belongs to the last of them: it cannot run before that one. */
function testsByNode(task: DbtTask): ReadonlyMap<string, readonly string[]> {
  const order = new Map(task.nodes.map((node, index) => [node.unique_id, index]));
  const tests = new Map<string, readonly string[]>();
  for (const node of task.nodes.filter(isTest)) {
    const [owner] = node.depends_on
      .filter((id) => order.has(id))
      .toSorted((a, b) => (order.get(b) ?? 0) - (order.get(a) ?? 0));
    if (owner === undefined) continue;
    tests.set(owner, [...(tests.get(owner) ?? []), rowIdOf(task.task_id, node.unique_id)]);
  }
  return tests;
}

function dbtEdgesOf(task: DbtTask): readonly GraphEdge[] {
  const built = new Set(task.nodes.filter((node) => !isTest(node)).map((node) => node.unique_id));
  return task.edges
    .filter(({ source, target }) => built.has(source) && built.has(target))
    .map(({ source, target }) => ({
      source: rowIdOf(task.task_id, source),
      target: rowIdOf(task.task_id, target),
      label: null,
      within: `task:${task.task_id}`,
    }));
}
