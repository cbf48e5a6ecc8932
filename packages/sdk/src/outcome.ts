import type { TriggerCall } from "./trigger.ts";

/** Thrown by a task to fail for good: no further try, whatever `retries` says. */
export class TaskFailed extends Error {
  override readonly name = "TaskFailed";
}

/** Thrown by a task that has nothing to do: it ends as skipped, and so does what needs its success. */
export class TaskSkipped extends Error {
  override readonly name = "TaskSkipped";
}

/** Thrown by a task to be started again later without using up a try. */
export class TaskRescheduled extends Error {
  override readonly name = "TaskRescheduled";
  readonly at: Date;

  constructor(at: Date) {
    super(`Rescheduled to ${at.toISOString()}`);
    this.at = at;
  }
}

/** Thrown by a task to wait in the triggerer without holding a process. */
export class TaskDeferred extends Error {
  override readonly name = "TaskDeferred";
  readonly call: TriggerCall;
  /** Seconds; null waits without end. */
  readonly timeout: number | null;

  constructor(call: TriggerCall, options: { readonly timeout?: number | null } = {}) {
    super(`Deferred to trigger "${call.name}"`);
    this.call = call;
    this.timeout = options.timeout ?? null;
  }
}

/** Ends this process's part of the task: `call` waits in the triggerer, and its event resumes the task. */
export function defer(
  call: TriggerCall,
  options: { readonly timeout?: number | null } = {},
): never {
  throw new TaskDeferred(call, options);
}
