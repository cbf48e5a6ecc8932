import type { JsonObject, JsonValue } from "@airloom/core";
import type { TaskClient } from "./client.ts";
import type { AttemptIdentity } from "./context.ts";
import type { TaskLog } from "./log.ts";

/** A trigger with its input: what a task defers to. */
export interface TriggerCall {
  readonly name: string;
  readonly input: JsonObject;
}

/** What a waiting trigger knows and may do. It shares its event loop with thousands of others and must never block it. */
export interface TriggerContext extends AttemptIdentity {
  /** Aborted when the wait is over: killed, cleared, timed out, or the triggerer stops. */
  readonly signal: AbortSignal;
  now(): Date;
  /** Resolves after that many seconds; rejects at once when `signal` is aborted. */
  sleep(seconds: number): Promise<void>;
  /** Writes to the log of the attempt that deferred. */
  readonly log: TaskLog;
  /** Works in the name of the attempt that deferred. */
  readonly client: TaskClient;
}

/** A wait that tasks can defer to, known to the triggerer by its name. */
export interface Trigger<Input extends JsonObject = JsonObject> {
  readonly name: string;
  /** The wait with its input, for `TaskDeferred` or `defer`. */
  with(input: Input): TriggerCall;
  /** Waits; what it resolves to is the payload of the event that resumes the task. */
  run(input: Input, context: TriggerContext): Promise<JsonValue>;
}

const registered = new Map<string, Trigger>();

/**
 * Defines a trigger and makes it known under its name.
 *
 * It may be started again from the beginning at any time (the triggerer was restarted), so it must find its way by
 * looking at the outside, not by remembering.
 *
 * @example
 * ```ts
 * const fileArrived = defineTrigger("orders.file_arrived", async (input: { path: string }, context) => {
 *   while (!existsSync(input.path)) await context.sleep(10);
 *   return { arrivedAt: context.now().toISOString() };
 * });
 * ```
 */
export function defineTrigger<Input extends JsonObject>(
  name: string,
  run: (input: Input, context: TriggerContext) => Promise<JsonValue>,
): Trigger<Input> {
  const trigger = { name, with: (input: Input): TriggerCall => ({ name, input }), run };
  registered.set(name, asTrigger(trigger));
  return trigger;
}

/** The trigger of that name, if the module that defines it has been imported in this process. */
export function findTrigger(name: string): Trigger | undefined {
  return registered.get(name);
}

// The input was made by `with` of the same trigger and has only been through JSON since.
function asTrigger<Input extends JsonObject>(trigger: Trigger<Input>): Trigger {
  return {
    name: trigger.name,
    with: (input) => ({ name: trigger.name, input }),
    run: (input, context) => trigger.run(input as Input, context),
  };
}
