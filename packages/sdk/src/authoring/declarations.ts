import type { InputSpec } from "@airloom/core";
import type { Operator } from "../operator.ts";
import { dagError } from "./dag-error.ts";
import { capturePlace, type Place } from "./place.ts";
import type { DefaultArguments, TaskOptions } from "./task-options.ts";

/** The code of a task. `never` stands for inputs whose type only the author's file knows. */
export type TaskBody =
  | { readonly kind: "handler"; readonly run: (inputs: never) => unknown }
  | { readonly kind: "operator"; readonly operator: Operator<never> }
  | { readonly kind: "if"; readonly run: (inputs: never) => unknown }
  | { readonly kind: "switch"; readonly run: (inputs: never) => unknown };

/** One declared task. `inputs` is undefined until its factory was called. */
export interface DeclaredTask {
  readonly taskId: string;
  readonly groupId: string | null;
  readonly body: TaskBody;
  /** Options with the defaults of Dag and groups merged in. */
  readonly options: TaskOptions;
  readonly place: Place | undefined;
  inputs: Readonly<Record<string, InputSpec>> | undefined;
  /** What a condition leads to: node ids by side or case. */
  readonly branches: { yes: string | null; no: string | null; cases: string[] };
}

/** One declared group. */
export interface DeclaredGroup {
  readonly groupId: string;
  readonly parentId: string | null;
  readonly prefix: string;
  readonly tooltip: string;
  readonly defaultArgs: DefaultArguments;
  readonly place: Place | undefined;
}

/** An order of two nodes, each a task or a group. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly place: Place | undefined;
}

/** Everything a Dag file said about one Dag so far. */
export class Declarations {
  readonly dagId: string;
  readonly place: Place | undefined;
  readonly tasks = new Map<string, DeclaredTask>();
  readonly groups = new Map<string, DeclaredGroup>();
  readonly edges: Edge[] = [];
  readonly #drawn = new Set<string>();

  constructor(dagId: string, place: Place | undefined) {
    this.dagId = dagId;
    this.place = place;
  }

  addTask(task: DeclaredTask): void {
    this.#checkFree(task.taskId, "task", task.place);
    this.tasks.set(task.taskId, task);
  }

  addGroup(group: DeclaredGroup): void {
    this.#checkFree(group.groupId, "group", group.place);
    this.groups.set(group.groupId, group);
  }

  addEdge(from: string, to: string): void {
    // No id has a space in it.
    const key = `${from} ${to}`;
    if (this.#drawn.has(key)) return;
    this.#drawn.add(key);
    this.edges.push({ from, to, place: capturePlace() });
  }

  /** The group and its parents, outermost first. */
  groupPath(groupId: string | null): readonly DeclaredGroup[] {
    const group = groupId === null ? undefined : this.groups.get(groupId);
    return group === undefined ? [] : [...this.groupPath(group.parentId), group];
  }

  /** The tasks a node stands for: itself, or all tasks of a group and of the groups in it. */
  tasksOf(nodeId: string): readonly string[] {
    if (this.tasks.has(nodeId)) return [nodeId];
    return [...this.tasks.values()]
      .filter((task) => this.groupPath(task.groupId).some((group) => group.groupId === nodeId))
      .map((task) => task.taskId);
  }

  #checkFree(id: string, kind: "task" | "group", place: Place | undefined): void {
    const other = this.tasks.get(id) ?? this.groups.get(id);
    if (other === undefined) return;
    const line = other.place === undefined ? "" : ` on line ${other.place.line}`;
    const message = `Cannot declare ${kind} "${id}" in Dag "${this.dagId}": the id is taken${line}`;
    throw dagError("dag.duplicate", message, place);
  }
}

const NODE_ID = /^[A-Za-z0-9_-]{1,200}$/u;
const DAG_ID = /^[A-Za-z0-9_.-]{1,250}$/u;

/** Refuses a task or group id that could not stand in paths, addresses and graphs. */
export function checkNodeId(id: string, kind: "task" | "group", place: Place | undefined): void {
  if (NODE_ID.test(id)) return;
  const message = `Cannot use "${id}" as a ${kind} id: expected 1 to 200 letters, digits, "-" or "_"`;
  throw dagError("dag.bad_id", message, place);
}

export function checkDagId(id: unknown, place: Place | undefined): asserts id is string {
  if (typeof id === "string" && DAG_ID.test(id)) return;
  const message = `Cannot use "${String(id)}" as a Dag id: expected 1 to 250 letters, digits, "-", "_" or "."`;
  throw dagError("dag.bad_id", message, place);
}
