import type { TaskInstance } from "@airloom/core";
import type { TriggerContext } from "../trigger.ts";
import { type AttemptHost, attemptKeyOf, identityOf, makeTaskLog } from "./attempt-host.ts";
import { makeTaskClient } from "./task-client.ts";

/** What a trigger's host adds to what a task's host gives. */
export interface TriggerHost extends AttemptHost {
  /** Calls back after that time. The returned function cancels it. */
  readonly schedule: (milliseconds: number, callback: () => void) => () => void;
}

/** Makes what a waiting trigger finds around it. */
export function makeTriggerContext(
  deferred: { readonly taskInstance: TaskInstance; readonly leaseToken: string },
  host: TriggerHost,
): TriggerContext {
  const identity = identityOf(deferred.taskInstance);
  return {
    ...identity,
    signal: host.signal,
    now: () => host.now(),
    sleep: (seconds) => sleep(seconds * 1_000, host),
    log: makeTaskLog(host),
    client: makeTaskClient(attemptKeyOf(deferred), identity, host),
  };
}

function sleep(milliseconds: number, { signal, schedule }: TriggerHost): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(toError(signal.reason));
      return;
    }
    const stop = (): void => {
      cancel();
      reject(toError(signal.reason));
    };
    const cancel = schedule(milliseconds, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(`The wait was ended: ${String(reason)}`);
}
