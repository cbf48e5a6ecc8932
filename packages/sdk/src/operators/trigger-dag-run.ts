import type { JsonObject, JsonValue, RunState } from "@airloom/core";
import { checkOperatorOptions, isAnything } from "../authoring/operator-options.ts";
import { type Check, isFlag, isSeconds } from "../authoring/task-options.ts";
import type { TaskContext } from "../context.ts";
import { defineOperator, type Operator, type Templated } from "../operator.ts";
import { defer, TaskFailed } from "../outcome.ts";
import { defineTrigger } from "../trigger.ts";

/** Which Dag `triggerDagRun` starts, and whether it waits for it. */
export interface TriggerDagRunOptions {
  readonly dagId: Templated<string>;
  readonly conf?: Templated<JsonObject>;
  /** Names the run. @default an id the platform makes */
  readonly runId?: Templated<string>;
  /** Ends with the run it started, and fails when that fails. @default false */
  readonly waitForCompletion?: boolean;
  /** Waits in the triggerer instead of in a process. @default true */
  readonly deferrable?: boolean;
  /** Seconds between looks at the run. @default 5 */
  readonly pokeInterval?: number;
}

const CHECKS = {
  dagId: isAnything,
  conf: isAnything,
  runId: isAnything,
  waitForCompletion: isFlag,
  deferrable: isFlag,
  pokeInterval: isSeconds,
} satisfies Record<keyof TriggerDagRunOptions, Check>;

type RunAddress = { readonly dagId: string; readonly runId: string };
type WaitInput = RunAddress & { readonly pokeInterval: number };

const RUN_STATE_KEY = "triggered_run_id";

const runFinished = defineTrigger("airloom.dag_run_finished", async (input: WaitInput, context) => {
  for (;;) {
    const state = await context.client.getRunState(input);
    if (state !== "queued" && state !== "running") return { ...input, state };
    await context.sleep(input.pokeInterval);
  }
});

/** Starts a run of another Dag. A retry finds the run its task started before instead of starting a second one. */
export function triggerDagRun(
  options: TriggerDagRunOptions,
): Operator<Readonly<Record<never, never>>, RunAddress> {
  checkOperatorOptions(options, CHECKS, "triggerDagRun()");
  const wait = options.waitForCompletion ?? false;
  const pokeInterval = options.pokeInterval ?? 5;
  return defineOperator({
    name: "trigger_dag_run",
    fields: { dagId: options.dagId, conf: options.conf ?? {}, runId: options.runId ?? null },
    async execute(context, { fields }) {
      const address = await startOnce(context, fields);
      context.log.info(`Started run "${address.runId}" of Dag "${address.dagId}"`);
      if (!wait) return address;
      if (options.deferrable ?? true) defer(runFinished.with({ ...address, pokeInterval }));
      return checkFinished(address, await pollRun(context, address, pokeInterval));
    },
    resume(_context, { resumption }) {
      if (resumption.kind === "event") return readEvent(resumption.payload);
      throw new Error(resumption.kind === "error" ? resumption.message : "The wait timed out");
    },
  });
}

async function startOnce(
  context: TaskContext,
  fields: {
    readonly dagId: string;
    readonly conf: JsonObject | string;
    readonly runId: string | null;
  },
): Promise<RunAddress> {
  const before = await context.client.getTaskState(RUN_STATE_KEY);
  if (typeof before === "string") return { dagId: fields.dagId, runId: before };
  // The intended id is kept before the call, so that a crash in between cannot start a second run.
  const intended = fields.runId ?? `triggered__${context.attemptKey.replaceAll("/", "__")}`;
  const runId = await triggerOrFind(context, { ...fields, runId: intended.slice(0, 250) });
  await context.client.setTaskState(RUN_STATE_KEY, runId);
  return { dagId: fields.dagId, runId };
}

async function triggerOrFind(
  context: TaskContext,
  run: {
    readonly dagId: string;
    readonly conf: JsonObject | string;
    readonly runId: string;
  },
): Promise<string> {
  const existing = await context.client.getRunState(run);
  if (existing !== null) return run.runId;
  return context.client.triggerDag({ ...run, conf: parseConf(run.conf) });
}

function parseConf(conf: JsonObject | string): JsonObject {
  if (typeof conf !== "string") return conf;
  const parsed: unknown = JSON.parse(conf);
  if (isJsonObject(parsed)) return parsed;
  throw new TaskFailed(`Cannot use conf ${conf}: expected a JSON object`);
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function pollRun(
  context: TaskContext,
  address: RunAddress,
  pokeInterval: number,
): Promise<RunState | null> {
  for (;;) {
    const state = await context.client.getRunState(address);
    if (state !== "queued" && state !== "running") return state;
    await new Promise((resolve) => setTimeout(resolve, pokeInterval * 1_000));
    context.signal.throwIfAborted();
  }
}

function readEvent(payload: JsonValue): RunAddress {
  const event = isJsonObject(payload) ? payload : {};
  const { dagId, runId, state } = event;
  if (typeof dagId !== "string" || typeof runId !== "string") {
    throw new Error(`Cannot read the trigger's event ${JSON.stringify(payload)}`);
  }
  return checkFinished({ dagId, runId }, state === "success" ? "success" : "failed");
}

function checkFinished(address: RunAddress, state: RunState | null): RunAddress {
  if (state === "success") return address;
  const how = state === null ? "was deleted" : "failed";
  throw new Error(`Run "${address.runId}" of Dag "${address.dagId}" ${how}`);
}
