import type { JsonObject } from "@airloom/core";
import type { OperationsOptions } from "./operations.ts";

/** Writes down what a person did. */
export async function audited(
  { store, clock }: Pick<OperationsOptions, "store" | "clock">,
  entry: {
    readonly event: string;
    readonly user: string | null;
    readonly dagId: string;
    readonly runId?: string;
    readonly taskId?: string;
    readonly extra?: JsonObject;
  },
): Promise<void> {
  await store.saveAudit({
    at: clock.now(),
    actor: entry.user ?? "system",
    event: entry.event,
    dagId: entry.dagId,
    runId: entry.runId ?? null,
    taskId: entry.taskId ?? null,
    extra: entry.extra ?? {},
  });
}

/** The name under which a person's moves stand in the history. */
export function actorOf(user: string | null): string {
  return user === null ? "system" : `user:${user}`;
}
