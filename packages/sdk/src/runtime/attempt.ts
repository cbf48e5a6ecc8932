import {
  AirloomError,
  assertNever,
  type Failure,
  type JsonObject,
  type JsonValue,
  type Outcome,
  type Resumption,
  type Workload,
} from "@airloom/core";
import { nodeIdOfUnknown, skippedTasks } from "../authoring/branching.ts";
import type { Dag } from "../authoring/dag.ts";
import type { DeclaredTask } from "../authoring/declarations.ts";
import { toJsonValue } from "../authoring/wire.ts";
import { runInContext, type TaskContext } from "../context.ts";
import { TaskDeferred, TaskFailed, TaskRescheduled, TaskSkipped } from "../outcome.ts";
import { type AttemptHost, attemptKeyOf } from "./attempt-host.ts";
import { describeFailure } from "./failure.ts";
import { renderFields } from "./render-fields.ts";
import { makeTaskContext } from "./task-context.ts";

/** What became of an attempt, and which tasks a condition did not choose. */
export interface AttemptResult {
  readonly outcome: Outcome;
  readonly skip: readonly string[];
}

/** One attempt in this process. */
export interface Attempt {
  /** Runs the task's code. Never rejects: whatever is thrown becomes an outcome. */
  run(): Promise<AttemptResult>;
  /** Lets the operator cancel what it has running outside. Resolves at once for tasks that have no `onKill`. */
  kill(): Promise<void>;
}

/** Prepares an attempt of a task of an imported Dag. */
export function openAttempt(dag: Dag, workload: Workload, host: AttemptHost): Attempt {
  const context = makeTaskContext(dag, workload, host);
  return {
    run: () => runAttempt(dag, workload, { context, host }),
    async kill() {
      const body = dag.declarations.tasks.get(workload.task.taskId)?.body;
      const onKill = body?.kind === "operator" ? body.operator.onKill : null;
      if (onKill !== null) await runInContext(context, async () => onKill(context));
    },
  };
}

interface Surroundings {
  readonly context: TaskContext;
  readonly host: AttemptHost;
}

async function runAttempt(
  dag: Dag,
  workload: Workload,
  around: Surroundings,
): Promise<AttemptResult> {
  const task = dag.declarations.tasks.get(workload.task.taskId);
  if (task === undefined) return { outcome: missingTask(dag, workload), skip: [] };
  try {
    const value = await runInContext(around.context, () =>
      callBody(dag, { task, workload }, around),
    );
    const skip = skippedTasks(dag.declarations, task, value);
    await keepResult(task, workload, { value, host: around.host });
    return { outcome: { kind: "success" }, skip };
  } catch (thrown) {
    return { outcome: toOutcome(thrown, around), skip: [] };
  }
}

function missingTask(dag: Dag, { file, task }: Workload): Outcome {
  const message = `Task "${task.taskId}" is no longer in Dag "${dag.dagId}": ${file} was changed after this run began`;
  return {
    kind: "failed",
    retryable: false,
    failure: { kind: "error", message, place: null, stack: null },
  };
}

async function callBody(
  dag: Dag,
  of: { readonly task: DeclaredTask; readonly workload: Workload },
  { context, host }: Surroundings,
): Promise<unknown> {
  const { body } = of.task;
  const { resumption } = of.workload;
  const canResume = body.kind === "operator" && body.operator.resume !== null;
  if (resumption !== null && !canResume) refuseFailedWait(resumption);
  const inputs = await loadInputs(of.task, context);
  switch (body.kind) {
    case "handler":
      return body.run(asInputs(inputs));
    case "operator": {
      const fields = await renderFields(dag, body.operator.fields, context);
      await host.api.saveRenderedFields(attemptKeyOf(of.workload), fields);
      const { operator } = body;
      return resumption !== null && operator.resume !== null
        ? operator.resume(context, { fields, resumption })
        : operator.execute(context, { inputs: asInputs(inputs), fields });
    }
    case "if":
      return checkBoolean(await body.run(asInputs(inputs)), of.task);
    case "switch":
      return nodeIdOfUnknown(await body.run(asInputs(inputs)), dag.declarations, of.task);
    default:
      return assertNever(body);
  }
}

/** A task that does not ask how its wait ended must not take a failed wait for an event. */
function refuseFailedWait(resumption: Resumption): void {
  if (resumption.kind === "timeout") {
    throw new AirloomError(
      "timeout",
      "The wait this task deferred to took longer than its timeout",
    );
  }
  if (resumption.kind === "error") throw new AirloomError("trigger.failed", resumption.message);
}

async function loadInputs(task: DeclaredTask, context: TaskContext): Promise<JsonObject> {
  const loaded = Object.entries(task.inputs ?? {}).map(
    async ([name, input]): Promise<readonly [string, JsonValue]> =>
      input.kind === "literal"
        ? [name, input.value]
        : [name, await context.client.getXCom({ taskId: input.taskId, key: input.key })],
  );
  return Object.fromEntries(await Promise.all(loaded));
}

// The types of inputs were checked where the author called the factory; from there they went through JSON.
function asInputs(inputs: JsonObject): never {
  return inputs as never;
}

function checkBoolean(value: unknown, task: DeclaredTask): boolean {
  if (typeof value === "boolean") return value;
  throw new TaskFailed(
    `Condition "${task.taskId}" answered ${JSON.stringify(value)}: expected true or false`,
  );
}

async function keepResult(
  task: DeclaredTask,
  workload: Workload,
  { value, host }: { readonly value: unknown; readonly host: AttemptHost },
): Promise<void> {
  if (value === undefined || task.options.doXcomPush === false) return;
  const json = toJsonValue(value, `the result of task "${task.taskId}"`);
  await host.api.saveXCom(attemptKeyOf(workload), "return_value", json);
}

function toOutcome(thrown: unknown, { host }: Surroundings): Outcome {
  if (thrown instanceof TaskSkipped) {
    return { kind: "skipped", message: thrown.message === "" ? null : thrown.message };
  }
  if (thrown instanceof TaskRescheduled) return { kind: "rescheduled", nextTryAt: thrown.at };
  if (thrown instanceof TaskDeferred) return toDeferral(thrown, host);
  const isFinal = thrown instanceof TaskFailed;
  const failure = describeFailure(thrown, isFinal ? "fail" : failureKind(thrown));
  host.log("error", failure.stack ?? failure.message);
  return { kind: "failed", failure, retryable: !isFinal };
}

function failureKind(thrown: unknown): Failure["kind"] {
  return thrown instanceof AirloomError && thrown.code === "timeout" ? "timeout" : "error";
}

function toDeferral({ call, timeout }: TaskDeferred, host: AttemptHost): Outcome {
  const timeoutAt =
    timeout === null ? null : new Date(host.now().getTime() + timeout * 1_000).toISOString();
  return {
    kind: "deferred",
    deferral: { trigger: call.name, input: call.input, timeoutAt },
  };
}
