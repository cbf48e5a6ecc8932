import type { RunState, TaskState } from "../state.ts";

/** What the UI hears as it happens. Carries names and states only: details are read from the API. */
export type LiveEvent =
  | {
      readonly kind: "task_instance";
      readonly dagId: string;
      readonly runId: string;
      readonly taskId: string;
      readonly mapIndex: number;
      readonly state: TaskState;
      readonly tryNumber: number;
      readonly startedAt: string | null;
      readonly endedAt: string | null;
    }
  | {
      readonly kind: "run";
      readonly dagId: string;
      readonly runId: string;
      readonly state: RunState;
    }
  | { readonly kind: "dag"; readonly dagId: string }
  | {
      readonly kind: "nodes";
      readonly dagId: string;
      readonly runId: string;
      readonly taskId: string;
      readonly mapIndex: number;
    }
  | {
      readonly kind: "log";
      readonly dagId: string;
      readonly runId: string;
      readonly taskId: string;
      readonly mapIndex: number;
      readonly tryNumber: number;
    }
  | { readonly kind: "import_errors" };

/**
 * Carries events from whoever makes them to whoever listens. Every adapter must pass `describeLiveEvents` of the testkit.
 *
 * Contract: a subscription hears every event that is published while it lasts, in order and before `publish` returns;
 * a listener that fails disturbs neither the publisher nor other listeners.
 */
export interface LiveEvents {
  publish(event: LiveEvent): void;
  /** The returned function ends this subscription and no other; called again it does nothing. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
}
