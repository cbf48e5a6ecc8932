import { type DagShape, readShape } from "./dag-shape.ts";
import type { BranchSpec, DagSpec, TaskSpec } from "./dag-spec.ts";
import { AirloomError } from "./error.ts";
import { itemAt } from "./item-at.ts";

const ID = /^[\p{L}\p{N}_.-]+$/u;
const MAX_ID_LENGTH = 250;

/**
 * Refuses a Dag that could never run: bad or doubled ids, unknown upstream, a cycle (with its path), a branch
 * into tasks that are not its downstream. Answers the positions of its tasks in topological order.
 */
export function checkDag(spec: DagSpec): readonly number[] {
  checkId("Dag", spec.dagId, "dag.bad_id");
  const taskIds = new Set<string>();
  for (const { taskId } of spec.tasks) {
    checkId("task", taskId, "dag.bad_spec");
    if (taskIds.has(taskId)) {
      throw refuse(spec, `task id "${taskId}" is used twice, task ids are unique in a Dag`);
    }
    taskIds.add(taskId);
  }
  const shape = readShape(spec.tasks);
  for (const task of spec.tasks) checkTask(spec, task, shape.positionOf);
  return findOrder(spec, shape);
}

function checkId(subject: string, id: string, code: "dag.bad_id" | "dag.bad_spec"): void {
  const rule = "letters, digits, dots, dashes and underscores are allowed";
  if (!ID.test(id) || id.includes("..")) {
    throw new AirloomError(code, `Cannot use ${subject} id ${JSON.stringify(id)}: ${rule}`);
  }
  if (id.length > MAX_ID_LENGTH) {
    throw new AirloomError(
      code,
      `Cannot use ${subject} id "${id.slice(0, 40)}…": it is ${id.length} characters long, at most ${MAX_ID_LENGTH} are allowed`,
    );
  }
}

function checkTask(spec: DagSpec, task: TaskSpec, positionOf: ReadonlyMap<string, number>): void {
  const unknown = task.upstream.find((taskId) => !positionOf.has(taskId));
  if (unknown !== undefined) {
    throw refuse(spec, `task "${task.taskId}" comes after "${unknown}", which is not a task of it`);
  }
  if (!Number.isInteger(task.poolSlots) || task.poolSlots < 1) {
    throw refuse(
      spec,
      `task "${task.taskId}" asks for ${task.poolSlots} pool slots, 1 or more are allowed`,
    );
  }
  const groups = new Set(spec.groups.map((group) => group.groupId));
  const stray = branchTargets(task.branch).find((target) => {
    const other = spec.tasks[positionOf.get(target) ?? -1];
    return !groups.has(target) && other?.upstream.includes(task.taskId) !== true;
  });
  if (stray !== undefined) {
    throw refuse(
      spec,
      `task "${task.taskId}" may choose "${stray}", which is not directly downstream of it`,
    );
  }
}

/** The task ids a branching task chooses among. */
export function branchTargets(branch: BranchSpec | null): readonly string[] {
  if (branch === null) return [];
  if (branch.kind === "switch") return branch.cases;
  return [branch.then, branch.else].filter((target) => target !== null);
}

/** Kahn's order; what it cannot place lies on or behind a cycle. */
function findOrder(spec: DagSpec, { upstream, downstream }: DagShape): readonly number[] {
  const waitsFor = upstream.map((sources) => sources.length);
  const order = waitsFor.flatMap((count, position) => (count === 0 ? [position] : []));
  for (const position of order) {
    for (const next of itemAt(downstream, position)) {
      const left = itemAt(waitsFor, next) - 1;
      waitsFor[next] = left;
      if (left === 0) order.push(next);
    }
  }
  if (order.length < spec.tasks.length) throw refuseCycle(spec, upstream, new Set(order));
  return order;
}

function refuseCycle(
  spec: DagSpec,
  upstream: readonly (readonly number[])[],
  placed: ReadonlySet<number>,
): AirloomError {
  const findLeft = (positions: readonly number[]): number =>
    itemAt(
      positions.filter((position) => !placed.has(position)),
      0,
    );
  // Every task that is left has an upstream that is left too, so walking up must come back to a task seen before.
  const walked: number[] = [];
  let position = findLeft([...upstream.keys()]);
  while (!walked.includes(position)) {
    walked.push(position);
    position = findLeft(itemAt(upstream, position));
  }
  const cycle = walked.slice(walked.indexOf(position)).toReversed();
  const path = [...cycle, ...cycle.slice(0, 1)].map((at) => itemAt(spec.tasks, at).taskId);
  return new AirloomError(
    "dag.cycle",
    `Cannot use Dag "${spec.dagId}": its tasks wait for each other in a cycle: ${path.join(" -> ")}`,
  );
}

function refuse(spec: DagSpec, fault: string): AirloomError {
  return new AirloomError("dag.bad_spec", `Cannot use Dag "${spec.dagId}": ${fault}`);
}
