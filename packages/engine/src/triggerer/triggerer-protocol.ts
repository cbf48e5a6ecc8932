import type { DagRun, JsonValue, LogLine, TaskInstance } from "@airloom/core";
import type { Answer, CallMessage } from "../runner/protocol.ts";

/** A deferred attempt, as the triggerer process is told of it. */
export interface WaitRequest {
  readonly kind: "wait";
  readonly id: number;
  readonly taskInstance: TaskInstance;
  readonly leaseToken: string;
  readonly trigger: string;
  readonly input: { readonly [key: string]: JsonValue };
  /** The attempt's Dag file, for triggers that are defined there; null when nobody knows it. */
  readonly file: string | null;
}

/** What the triggerer process is told. */
export type TriggererRequest =
  | {
      readonly kind: "start";
      readonly entry: string;
      readonly cacheDir: string;
      readonly triggerModules: readonly string[];
    }
  | WaitRequest
  /** Ends a wait; `killed` also lets the operator cancel what runs outside, for which it needs the run. */
  | {
      readonly kind: "end";
      readonly id: number;
      readonly reason: string;
      readonly killed: { readonly run: DagRun } | null;
    }
  | { readonly kind: "answered"; readonly id: number; readonly answer: Answer }
  | { readonly kind: "ping"; readonly count: number };

/** What the triggerer process says. */
export type TriggererMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "pong"; readonly count: number }
  /** The code of this wait runs next: if nothing is heard any more, it is the one that blocks. */
  | { readonly kind: "entered"; readonly id: number }
  | { readonly kind: "fired"; readonly id: number; readonly payload: JsonValue }
  | { readonly kind: "failed"; readonly id: number; readonly message: string }
  | { readonly kind: "cancelled"; readonly id: number }
  | {
      readonly kind: "log";
      readonly id: number;
      readonly level: LogLine["level"];
      readonly text: string;
    }
  | { readonly kind: "mask"; readonly id: number; readonly value: string }
  | { readonly kind: "called"; readonly id: number; readonly call: CallMessage }
  /** A file it has imported was changed: it ends and wants to be started again. */
  | { readonly kind: "stale" }
  | { readonly kind: "stray"; readonly message: string };
