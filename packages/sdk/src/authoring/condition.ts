import type { NoInputs } from "../operator.ts";
import { dagError } from "./dag-error.ts";
import type { Declarations, DeclaredTask } from "./declarations.ts";
import { capturePlace } from "./place.ts";
import type { TaskOptions } from "./task-options.ts";
import { type Arguments, type DagNode, makeTaskRef, nodeIdOf, type TaskRef } from "./task-ref.ts";

/** What follows the function of a condition: its inputs where it has any, then its options. */
export type Placement<Inputs> = keyof Inputs extends never
  ? [inputs?: NoInputs | undefined, options?: TaskOptions]
  : [inputs: Arguments<Inputs>, options?: TaskOptions];

/** A task that chooses one of two ways; the way not taken is skipped. */
export interface Condition extends TaskRef<boolean> {
  then(node: DagNode): this;
  else(node: DagNode): this;
}

/** A task that chooses one of several ways; the others are skipped. */
export interface Switch extends TaskRef<string> {
  case(node: DagNode): this;
}

/** `dag.if(...)`. The id is the function's name, or given after it. */
export interface DeclareIf {
  <Inputs = NoInputs>(
    decide: (inputs: Inputs) => boolean | Promise<boolean>,
    ...placement: Placement<Inputs>
  ): Condition;
  <Inputs = NoInputs>(
    decide: (inputs: Inputs) => boolean | Promise<boolean>,
    taskId: string,
    ...placement: Placement<Inputs>
  ): Condition;
}

/** `dag.switch(...)`. The function answers the chosen node. */
export interface DeclareSwitch {
  <Inputs = NoInputs>(
    decide: (inputs: Inputs) => DagNode | Promise<DagNode>,
    ...placement: Placement<Inputs>
  ): Switch;
  <Inputs = NoInputs>(
    decide: (inputs: Inputs) => DagNode | Promise<DagNode>,
    taskId: string,
    ...placement: Placement<Inputs>
  ): Switch;
}

export function makeCondition(task: DeclaredTask, declarations: Declarations): Condition {
  const side = (name: "yes" | "no", node: DagNode): void => {
    if (task.branches[name] !== null) {
      const message = `Condition "${task.taskId}" has two nodes on one side: give it a group if it is several tasks`;
      throw dagError("dag.bad_spec", message, capturePlace());
    }
    task.branches[name] = nodeIdOf(node, declarations);
    declarations.addEdge(task.taskId, nodeIdOf(node, declarations));
  };
  const condition: Condition = Object.assign(makeTaskRef<boolean>(task.taskId, declarations), {
    // oxlint-disable-next-line unicorn/no-thenable -- the published shape of `dag.if(…).then(…).else(…)`
    then(node: DagNode) {
      side("yes", node);
      return condition;
    },
    else(node: DagNode) {
      side("no", node);
      return condition;
    },
  });
  return condition;
}

export function makeSwitch(task: DeclaredTask, declarations: Declarations): Switch {
  const choice: Switch = Object.assign(makeTaskRef<string>(task.taskId, declarations), {
    case(node: DagNode) {
      const id = nodeIdOf(node, declarations);
      if (!task.branches.cases.includes(id)) task.branches.cases.push(id);
      declarations.addEdge(task.taskId, id);
      return choice;
    },
  });
  return choice;
}
