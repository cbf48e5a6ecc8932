import type { JsonValue } from "@airloom/core";
import { checkOperatorOptions } from "../authoring/operator-options.ts";
import { type Check, isFlag, isOneOf, isSeconds } from "../authoring/task-options.ts";
import type { TaskContext } from "../context.ts";
import { defineOperator, type NoInputs, type Operator } from "../operator.ts";
import { TaskFailed, TaskRescheduled, TaskSkipped } from "../outcome.ts";

/** What a poke may answer: true or false, or a value that becomes the task's result. */
export type PokeResult = boolean | { readonly done: boolean; readonly value?: JsonValue };

/** How a sensor waits. Durations are seconds. */
export interface SensorOptions {
  /** @default 60 */
  readonly pokeInterval?: number;
  /** Counted from the first poke of the first try; the task then fails without a retry. @default 7 days */
  readonly timeout?: number;
  /** Ends as skipped instead of failed on timeout. @default false */
  readonly softFail?: boolean;
  /**
   * `poke` keeps its process, `reschedule` frees it between pokes.
   *
   * @default "reschedule"
   */
  readonly mode?: "poke" | "reschedule";
}

const CHECKS = {
  pokeInterval: isSeconds,
  timeout: isSeconds,
  softFail: isFlag,
  mode: isOneOf(["poke", "reschedule"]),
} satisfies Record<keyof SensorOptions, Check>;

const STARTED_KEY = "sensor_started_at";

/**
 * A task that waits until `poke` says that something is there.
 *
 * @example
 * ```ts
 * const arrived = dag.task("arrived", sensor(async () => existsSync("/in/orders.csv"), { pokeInterval: 30 }));
 * ```
 */
export function sensor<Inputs = NoInputs>(
  poke: (inputs: Inputs) => PokeResult | Promise<PokeResult>,
  options: SensorOptions = {},
): Operator<Inputs, JsonValue> {
  checkOperatorOptions(options, CHECKS, "sensor()");
  return defineOperator({
    name: "sensor",
    fields: {},
    execute: (context, { inputs }: { readonly inputs: Inputs; readonly fields: object }) =>
      waitFor(context, () => poke(inputs), options),
  });
}

async function waitFor(
  context: TaskContext,
  poke: () => PokeResult | Promise<PokeResult>,
  options: SensorOptions,
): Promise<JsonValue> {
  const intervalMs = (options.pokeInterval ?? 60) * 1_000;
  const endMs = (await loadStart(context)) + (options.timeout ?? 7 * 86_400) * 1_000;
  for (;;) {
    const found = await poke();
    if (found === true) return true;
    if (typeof found === "object" && found.done) return found.value ?? true;
    if (Date.now() + intervalMs > endMs) throw giveUp(context, options);
    if (options.mode !== "poke") throw new TaskRescheduled(new Date(Date.now() + intervalMs));
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
    context.signal.throwIfAborted();
  }
}

/** When this chain of tries poked first: retries and reschedules do not begin the wait anew. */
async function loadStart(context: TaskContext): Promise<number> {
  const known = await context.client.getTaskState(STARTED_KEY);
  if (typeof known === "number") return known;
  const now = Date.now();
  await context.client.setTaskState(STARTED_KEY, now);
  return now;
}

function giveUp(context: TaskContext, options: SensorOptions): Error {
  const message = `Sensor "${context.taskId}" waited longer than its timeout of ${options.timeout ?? 604_800} s`;
  return options.softFail === true ? new TaskSkipped(message) : new TaskFailed(message);
}
