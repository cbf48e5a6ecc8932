import type { InputSpec } from "@airloom/core";
import { dagError } from "./dag-error.ts";
import type { Declarations, DeclaredTask } from "./declarations.ts";
import { capturePlace } from "./place.ts";
import type { TaskGroup } from "./task-group.ts";
import { toJsonValue } from "./wire.ts";

declare const OUTPUT: unique symbol;

/** A task with its place in the graph: what its output feeds, and what it comes before and after. */
export interface TaskRef<out Output = unknown> {
  readonly kind: "task";
  readonly taskId: string;
  /** Only for the type checker: carries the type of what the task gives. */
  readonly [OUTPUT]?: Output;
  /** Runs this task before `nodes`. */
  before(...nodes: readonly DagNode[]): this;
  /** Runs this task after `nodes`. */
  after(...nodes: readonly DagNode[]): this;
}

/** Anything that has a place in the order of a Dag. */
export type DagNode = TaskRef | TaskGroup;

/** What a factory is called with: for each input the output of another task, or a value. */
export type Arguments<Inputs> = {
  readonly [Name in keyof Inputs]: Inputs[Name] | TaskRef<Inputs[Name]>;
};

/** Places a declared task in the graph. Every factory is called exactly once. */
export type TaskFactory<Inputs, Output> = keyof Inputs extends never
  ? () => TaskRef<Output>
  : Record<never, never> extends Inputs
    ? (inputs?: Arguments<Inputs>) => TaskRef<Output>
    : (inputs: Arguments<Inputs>) => TaskRef<Output>;

const owners = new WeakMap<object, Declarations>();

/** Remembers which Dag a node belongs to. */
export function own(node: object, declarations: Declarations): void {
  owners.set(node, declarations);
}

/** The id of a node for edges of this Dag; refuses nodes of another one. */
export function nodeIdOf(node: DagNode, declarations: Declarations): string {
  const id = node.kind === "task" ? node.taskId : node.groupId;
  if (owners.get(node) === declarations) return id;
  const message = `Cannot use "${id}" in Dag "${declarations.dagId}": it belongs to another Dag`;
  throw dagError("dag.bad_spec", message, capturePlace());
}

export function isTaskRef(value: unknown): value is TaskRef {
  return typeof value === "object" && value !== null && "taskId" in value && owners.has(value);
}

/** Draws order-only edges from or to a node. */
export function addOrder(
  node: DagNode,
  declarations: Declarations,
  others: { readonly before?: readonly DagNode[]; readonly after?: readonly DagNode[] },
): void {
  const id = nodeIdOf(node, declarations);
  for (const other of others.before ?? []) declarations.addEdge(id, nodeIdOf(other, declarations));
  for (const other of others.after ?? []) declarations.addEdge(nodeIdOf(other, declarations), id);
}

/** Makes the reference of a task. */
export function makeTaskRef<Output>(taskId: string, declarations: Declarations): TaskRef<Output> {
  const ref: TaskRef<Output> = {
    kind: "task",
    taskId,
    before(...nodes) {
      addOrder(ref, declarations, { before: nodes });
      return this;
    },
    after(...nodes) {
      addOrder(ref, declarations, { after: nodes });
      return this;
    },
  };
  own(ref, declarations);
  return ref;
}

/** Gives a task its inputs, once: draws the data edges. */
export function placeTask(
  task: DeclaredTask,
  declarations: Declarations,
  args: Readonly<Record<string, unknown>>,
): void {
  if (task.inputs !== undefined) {
    const message = `Task "${task.taskId}" of Dag "${declarations.dagId}" is called twice: declare a second task for a second place in the graph`;
    throw dagError("dag.bad_spec", message, capturePlace() ?? task.place);
  }
  task.inputs = Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, resolveInput(name, value, { task, declarations })]),
  );
}

function resolveInput(
  name: string,
  value: unknown,
  { task, declarations }: { readonly task: DeclaredTask; readonly declarations: Declarations },
): InputSpec {
  if (isTaskRef(value)) {
    const taskId = nodeIdOf(value, declarations);
    declarations.addEdge(taskId, task.taskId);
    return { kind: "xcom", taskId, key: "return_value" };
  }
  const buried = findBuriedRef(value, 0);
  if (buried !== undefined) {
    const message = `Input "${name}" of task "${task.taskId}" has the output of "${buried}" inside of it: pass it as an input of its own`;
    throw dagError("dag.bad_spec", message, capturePlace());
  }
  return { kind: "literal", value: toJsonValue(value, `input "${name}" of task "${task.taskId}"`) };
}

function findBuriedRef(value: unknown, depth: number): string | undefined {
  if (isTaskRef(value)) return value.taskId;
  if (typeof value !== "object" || value === null || depth > 20) return undefined;
  for (const item of Object.values(value)) {
    const found = findBuriedRef(item, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
