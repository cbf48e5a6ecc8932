import type { DeclareIf, DeclareSwitch } from "./condition.ts";
import { checkNodeId } from "./declarations.ts";
import { capturePlace } from "./place.ts";
import {
  type DeclarationScope,
  type DeclareTask,
  dropUndefined,
  makeDeclareIf,
  makeDeclareSwitch,
  makeDeclareTask,
} from "./scope.ts";
import {
  checkDefaultArguments,
  checkOptions,
  type DefaultArguments,
  isFlag,
  isText,
} from "./task-options.ts";
import { addOrder, type DagNode, own } from "./task-ref.ts";

/** What may be said of a group. */
export interface GroupOptions {
  /** Puts the group's id and a dot in front of the ids in it. @default true */
  readonly prefixGroupId?: boolean;
  readonly tooltip?: string;
  /** Options of every task in the group that does not say otherwise; they win over the Dag's. */
  readonly defaultArgs?: DefaultArguments;
}

/** `dag.taskGroup(...)`. */
export type DeclareGroup = (groupId: string, options?: GroupOptions) => TaskGroup;

/** Tasks that are shown, ordered and configured together. */
export interface TaskGroup {
  readonly kind: "group";
  readonly groupId: string;
  readonly task: DeclareTask;
  readonly taskGroup: DeclareGroup;
  readonly if: DeclareIf;
  readonly switch: DeclareSwitch;
  /** Runs every task of the group before `nodes`. */
  before(...nodes: readonly DagNode[]): this;
  /** Runs every task of the group after `nodes`. */
  after(...nodes: readonly DagNode[]): this;
}

const CHECKS = {
  prefixGroupId: isFlag,
  tooltip: isText,
  defaultArgs: (value: unknown) =>
    typeof value === "object" && value !== null ? undefined : "an object",
} satisfies Record<keyof GroupOptions, (value: unknown) => string | undefined>;

/** `dag.taskGroup` of one scope. */
export function makeDeclareGroup(outer: DeclarationScope): DeclareGroup {
  return (id, options = {}) => makeGroup(declareGroup(outer, id, options));
}

function declareGroup(
  outer: DeclarationScope,
  id: string,
  options: GroupOptions,
): DeclarationScope {
  const place = capturePlace();
  checkNodeId(id, "group", place);
  checkOptions(options, CHECKS, { of: `group "${id}"`, place });
  checkDefaultArguments(options.defaultArgs ?? {}, `defaultArgs of group "${id}"`, place);
  const groupId = `${outer.prefix}${id}`;
  const prefix = options.prefixGroupId === false ? outer.prefix : `${groupId}.`;
  const defaultArgs = { ...outer.defaultArgs, ...dropUndefined(options.defaultArgs ?? {}) };
  outer.declarations.addGroup({
    groupId,
    parentId: outer.groupId,
    prefix,
    tooltip: options.tooltip ?? "",
    defaultArgs,
    place,
  });
  return { declarations: outer.declarations, groupId, prefix, defaultArgs };
}

function makeGroup(scope: DeclarationScope): TaskGroup {
  const { declarations } = scope;
  const group: TaskGroup = {
    kind: "group",
    groupId: scope.groupId ?? "",
    task: makeDeclareTask(scope),
    taskGroup: makeDeclareGroup(scope),
    if: makeDeclareIf(scope),
    switch: makeDeclareSwitch(scope),
    before(...nodes) {
      addOrder(group, declarations, { before: nodes });
      return this;
    },
    after(...nodes) {
      addOrder(group, declarations, { after: nodes });
      return this;
    },
  };
  own(group, declarations);
  return group;
}
