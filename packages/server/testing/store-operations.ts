import {
  AirloomError,
  type ClearRequest,
  type Connection,
  type ConnectionTestResult,
  type DagRun,
  type Operations,
  type Store,
  type TaskInstance,
  type TriggerRequest,
} from "@airloom/core";

/**
 * The operations as far as the server can see them, straight on a store and without a scheduler: what was asked for
 * is kept in `asked`, for tests to look at.
 */
export class StoreOperations implements Operations {
  readonly asked: { readonly name: string; readonly request: unknown }[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async triggerRun(request: TriggerRequest): Promise<DagRun> {
    this.asked.push({ name: "triggerRun", request });
    const now = new Date("2026-11-22T08:00:00Z");
    const runId = request.runId ?? `manual__${this.asked.length}`;
    const run = await this.#store.createRun(
      {
        dagId: request.dagId,
        runId,
        runType: "manual",
        triggeredBy: request.triggeredBy,
        triggeringUser: request.user,
        logicalDate: request.logicalDate ?? null,
        dataIntervalStart: null,
        dataIntervalEnd: null,
        runAfter: request.runAfter ?? now,
        conf: request.conf ?? {},
        note: request.note ?? null,
      },
      { now },
    );
    if (run !== undefined) return run;
    throw new AirloomError("run.conflict", `Cannot start run "${runId}": there is one already`);
  }

  async clear(request: ClearRequest): Promise<readonly TaskInstance[]> {
    this.asked.push({ name: "clear", request });
    const { items } = await this.#store.listTaskInstances(
      {
        dagIds: [request.dagId],
        ...(request.runId === undefined ? {} : { runIds: [request.runId] }),
        ...(request.taskIds === undefined ? {} : { taskIds: request.taskIds }),
      },
      { limit: 100, offset: 0 },
    );
    return items;
  }

  async markTasks(
    request: Parameters<Operations["markTasks"]>[0],
  ): Promise<readonly TaskInstance[]> {
    this.asked.push({ name: "markTasks", request });
    const { items } = await this.#store.listTaskInstances(
      { dagIds: [request.dagId], runIds: [request.runId], taskIds: [request.taskId] },
      { limit: 100, offset: 0 },
    );
    return items;
  }

  async markRun(request: Parameters<Operations["markRun"]>[0]): Promise<DagRun> {
    this.asked.push({ name: "markRun", request });
    const run = await this.#store.findRun(request.dagId, request.runId);
    if (run !== undefined) return run;
    throw new AirloomError("run.not_found", `Cannot mark run "${request.runId}"`);
  }

  async setPaused(dagId: string, isPaused: boolean): Promise<void> {
    await this.#store.setPaused(dagId, isPaused);
  }

  async testConnection(connection: Connection): Promise<ConnectionTestResult> {
    this.asked.push({ name: "testConnection", request: connection });
    return { ok: true, message: "Token accepted", facts: [{ label: "Account", value: "1" }] };
  }

  async explain(): Promise<readonly { readonly code: string; readonly message: string }[]> {
    return [{ code: "trigger_rule", message: "all_success: 1 of 1 upstream tasks failed" }];
  }
}
