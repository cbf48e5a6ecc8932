import {
  type ActiveRun,
  AirloomError,
  type DagRun,
  type DagSpec,
  isRunFinished,
  type NewRun,
  type Page,
  type PageRequest,
  renderCanonicalJson,
  type Store,
  type StoredDag,
  type TaskInstance,
} from "@airloom/core";
import {
  createRows,
  fitToVersion,
  instancesOf,
  type MemoryRows,
  toActiveRun,
} from "./memory/memory-rows.ts";
import { applyTransitions, countSlots } from "./memory/memory-transitions.ts";

/** The part of the store that moves runs: what scheduler, group commit and operations ask for. */
export type RunningStore = Pick<
  Store,
  | "clearXComs"
  | "countActiveRuns"
  | "createRun"
  | "findDag"
  | "findDagVersion"
  | "findPreviousRun"
  | "findRun"
  | "findTaskInstance"
  | "findTaskInstanceById"
  | "findTaskState"
  | "findXCom"
  | "listDags"
  | "listPools"
  | "listRuns"
  | "listTaskInstances"
  | "loadActiveRuns"
  | "loadDeferred"
  | "loadDueDags"
  | "loadExpiredLeases"
  | "loadTaskHistory"
  | "renewLeases"
  | "saveAudit"
  | "saveHeartbeat"
  | "saveNextRun"
  | "saveNotes"
  | "savePool"
  | "saveTaskState"
  | "saveXCom"
  | "setPaused"
  | "transition"
>;

/**
 * The running part of the store in memory: the same guards, transactions that are never half applied, and answers
 * that come in a later microtask, as those of a database would.
 *
 * `fail` is asked before and after every call and may throw: after means that the call took effect and its answer
 * was lost.
 */
export class MemoryStore implements RunningStore {
  readonly rows: MemoryRows = createRows();
  fail: (when: "before" | "after", call: string) => void = () => undefined;
  /** How many calls were made. */
  calls = 0;

  /** Takes over a Dag as its file would define it; answers its version. */
  addDag(
    spec: DagSpec,
    options: { readonly isPaused?: boolean; readonly now?: Date } = {},
  ): number {
    const known = this.rows.dags.get(spec.dagId);
    const version = (known?.version ?? 0) + 1;
    const dag: StoredDag = {
      dagId: spec.dagId,
      spec,
      version,
      hash: renderCanonicalJson(spec),
      file: `${spec.dagId}.ts`,
      isPaused: options.isPaused ?? known?.isPaused ?? false,
      isActive: true,
      isStale: false,
      parsedAt: options.now ?? new Date(0),
      nextRunAfter: known?.nextRunAfter ?? null,
      nextDataIntervalStart: known?.nextDataIntervalStart ?? null,
      nextDataIntervalEnd: known?.nextDataIntervalEnd ?? null,
    };
    this.rows.dags.set(spec.dagId, dag);
    this.rows.versions.set(`${spec.dagId} ${version}`, spec);
    return version;
  }

  transition(batch: Parameters<Store["transition"]>[0]): ReturnType<Store["transition"]> {
    return this.#call("transition", () => applyTransitions(this.rows, batch));
  }

  loadTaskHistory(dagRunId: string): ReturnType<Store["loadTaskHistory"]> {
    return this.#call("loadTaskHistory", () =>
      this.rows.history.filter((row) => row.dagRunId === dagRunId),
    );
  }

  renewLeases(
    leases: Parameters<Store["renewLeases"]>[0],
    expiresAt: Date,
  ): ReturnType<Store["renewLeases"]> {
    return this.#call("renewLeases", () =>
      leases.flatMap(({ taskInstanceId, leaseToken }) => {
        const held = this.rows.taskInstances.get(taskInstanceId);
        if (held?.leaseToken !== leaseToken) return [];
        this.rows.taskInstances.set(taskInstanceId, { ...held, leaseExpiresAt: expiresAt });
        return [taskInstanceId];
      }),
    );
  }

  findDag(dagId: string): Promise<StoredDag | undefined> {
    return this.#call("findDag", () => this.rows.dags.get(dagId));
  }

  findDagVersion(dagId: string, version?: number): ReturnType<Store["findDagVersion"]> {
    return this.#call("findDagVersion", () => {
      const dag = this.rows.dags.get(dagId);
      const spec = this.rows.versions.get(`${dagId} ${version ?? dag?.version}`);
      if (dag === undefined || spec === undefined) return undefined;
      const { hash, file, parsedAt } = dag;
      return {
        dagId,
        version: version ?? dag.version,
        hash,
        spec,
        file,
        source: "",
        createdAt: parsedAt,
      };
    });
  }

  listDags(filter: Parameters<Store["listDags"]>[0], page: PageRequest): Promise<Page<StoredDag>> {
    return this.#call("listDags", () => {
      const dags = [...this.rows.dags.values()].filter(
        ({ dagId, isActive, isPaused }) =>
          (filter.dagIds?.includes(dagId) ?? true) &&
          (filter.active === undefined || filter.active === isActive) &&
          (filter.paused === undefined || filter.paused === isPaused),
      );
      return cut(dags, page);
    });
  }

  setPaused(dagId: string, isPaused: boolean): Promise<boolean> {
    return this.#call("setPaused", () => this.#changeDag(dagId, { isPaused }));
  }

  loadDueDags(now: Date, limit: number): Promise<readonly StoredDag[]> {
    return this.#call("loadDueDags", () =>
      [...this.rows.dags.values()]
        .filter(
          ({ isActive, isPaused, nextRunAfter }) =>
            isActive && !isPaused && nextRunAfter !== null && nextRunAfter <= now,
        )
        .slice(0, limit),
    );
  }

  saveNextRun(dagId: string, next: Parameters<Store["saveNextRun"]>[1]): Promise<void> {
    return this.#call("saveNextRun", () => {
      this.#changeDag(dagId, toNextRun(next));
    });
  }

  createRun(run: NewRun, options: Parameters<Store["createRun"]>[1]): Promise<DagRun | undefined> {
    return this.#call("createRun", () => {
      const dag = this.rows.dags.get(run.dagId);
      if (dag === undefined) {
        throw new AirloomError("dag.not_found", `Cannot create a run: no Dag "${run.dagId}"`);
      }
      if (this.#isTaken(run)) return undefined;
      if (options.advance !== undefined) this.#changeDag(run.dagId, toNextRun(options.advance));
      return this.#insertRun(run, dag, options.now);
    });
  }

  findRun(dagId: string, runId: string): Promise<DagRun | undefined> {
    return this.#call("findRun", () =>
      [...this.rows.runs.values()].find((run) => run.dagId === dagId && run.runId === runId),
    );
  }

  listRuns(filter: Parameters<Store["listRuns"]>[0], page: PageRequest): Promise<Page<DagRun>> {
    return this.#call("listRuns", () => {
      const runs = [...this.rows.runs.values()].filter(
        ({ dagId, runType, state }) =>
          (filter.dagIds?.includes(dagId) ?? true) &&
          (filter.runTypes?.includes(runType) ?? true) &&
          (filter.states?.includes(state) ?? true),
      );
      return cut(sortRuns(runs, page.orderBy ?? []), page);
    });
  }

  loadActiveRuns(dagRunIds?: readonly string[]): Promise<readonly ActiveRun[]> {
    return this.#call("loadActiveRuns", () =>
      [...this.rows.runs.values()]
        .filter(({ id, state }) => !isRunFinished(state) && (dagRunIds?.includes(id) ?? true))
        .toSorted((left, right) => left.runAfter.getTime() - right.runAfter.getTime())
        .map((run) => toActiveRun(this.rows, run)),
    );
  }

  findPreviousRun(dagRunId: string): Promise<ActiveRun | undefined> {
    return this.#call("findPreviousRun", () => {
      const run = this.rows.runs.get(dagRunId);
      const before = run?.logicalDate?.getTime();
      if (run === undefined || before === undefined) return undefined;
      const [previous] = [...this.rows.runs.values()]
        .filter(
          ({ dagId, logicalDate }) =>
            dagId === run.dagId && logicalDate !== null && logicalDate.getTime() < before,
        )
        .toSorted((left, right) => timeOf(right.logicalDate) - timeOf(left.logicalDate));
      return previous === undefined ? undefined : toActiveRun(this.rows, previous);
    });
  }

  countActiveRuns(dagId: string): Promise<number> {
    return this.#call(
      "countActiveRuns",
      () =>
        [...this.rows.runs.values()].filter(
          (run) => run.dagId === dagId && !isRunFinished(run.state),
        ).length,
    );
  }

  findTaskInstance(
    key: Parameters<Store["findTaskInstance"]>[0],
  ): Promise<TaskInstance | undefined> {
    return this.#call("findTaskInstance", () =>
      [...this.rows.taskInstances.values()].find(
        ({ dagId, runId, taskId, mapIndex }) =>
          dagId === key.dagId &&
          runId === key.runId &&
          taskId === key.taskId &&
          mapIndex === (key.mapIndex ?? -1),
      ),
    );
  }

  findTaskInstanceById(id: string): Promise<TaskInstance | undefined> {
    return this.#call("findTaskInstanceById", () => this.rows.taskInstances.get(id));
  }

  listTaskInstances(
    filter: Parameters<Store["listTaskInstances"]>[0],
    page: PageRequest,
  ): Promise<Page<TaskInstance>> {
    return this.#call("listTaskInstances", () => {
      const found = [...this.rows.taskInstances.values()].filter(
        ({ dagId, runId, taskId, state }) =>
          (filter.dagIds?.includes(dagId) ?? true) &&
          (filter.runIds?.includes(runId) ?? true) &&
          (filter.taskIds?.includes(taskId) ?? true) &&
          (filter.states?.includes(state) ?? true),
      );
      return cut(found, page);
    });
  }

  loadExpiredLeases(now: Date): Promise<readonly TaskInstance[]> {
    return this.#call("loadExpiredLeases", () =>
      [...this.rows.taskInstances.values()].filter(
        ({ leaseExpiresAt }) => leaseExpiresAt !== null && leaseExpiresAt < now,
      ),
    );
  }

  saveNotes(notes: Parameters<Store["saveNotes"]>[0]): Promise<void> {
    return this.#call("saveNotes", () => {
      for (const { taskInstanceId, note } of notes) {
        const held = this.rows.taskInstances.get(taskInstanceId);
        if (held !== undefined) this.rows.taskInstances.set(taskInstanceId, { ...held, note });
      }
    });
  }

  loadDeferred(): Promise<readonly TaskInstance[]> {
    return this.#call("loadDeferred", () =>
      [...this.rows.taskInstances.values()].filter(({ state }) => state === "deferred"),
    );
  }

  saveXCom(entry: Parameters<Store["saveXCom"]>[0], now: Date): Promise<void> {
    return this.#call("saveXCom", () => {
      this.rows.xcoms.set(`${xcomScope(entry)} ${entry.key}`, { ...entry, at: now });
    });
  }

  findXCom(key: Parameters<Store["findXCom"]>[0]): ReturnType<Store["findXCom"]> {
    return this.#call("findXCom", () => this.rows.xcoms.get(`${xcomScope(key)} ${key.key}`));
  }

  clearXComs(key: Parameters<Store["clearXComs"]>[0]): Promise<void> {
    return this.#call("clearXComs", () => {
      const scope = `${xcomScope(key)} `;
      for (const known of this.rows.xcoms.keys()) {
        if (known.startsWith(scope)) this.rows.xcoms.delete(known);
      }
    });
  }

  savePool(pool: Parameters<Store["savePool"]>[0]): Promise<void> {
    return this.#call("savePool", () => {
      this.rows.pools.set(pool.name, pool);
    });
  }

  listPools(page: PageRequest): ReturnType<Store["listPools"]> {
    return this.#call("listPools", () =>
      cut(
        [...this.rows.pools.values()].map((pool) => ({
          ...pool,
          ...countSlots(this.rows, pool.name),
        })),
        page,
      ),
    );
  }

  saveTaskState(
    ...[taskInstanceId, chain, key, value]: Parameters<Store["saveTaskState"]>
  ): Promise<void> {
    return this.#call("saveTaskState", () => {
      this.rows.taskStates.set(`${taskInstanceId} ${chain} ${key}`, value);
    });
  }

  findTaskState(
    ...[taskInstanceId, chain, key]: Parameters<Store["findTaskState"]>
  ): ReturnType<Store["findTaskState"]> {
    return this.#call("findTaskState", () =>
      this.rows.taskStates.get(`${taskInstanceId} ${chain} ${key}`),
    );
  }

  saveAudit(entry: Parameters<Store["saveAudit"]>[0]): Promise<void> {
    return this.#call("saveAudit", () => {
      this.rows.audit.push({ ...entry, id: String(this.rows.audit.length + 1) });
    });
  }

  saveHeartbeat(): Promise<void> {
    return this.#call("saveHeartbeat", () => undefined);
  }

  async #call<T>(name: string, body: () => T): Promise<T> {
    this.calls += 1;
    await Promise.resolve();
    this.fail("before", name);
    const answer = body();
    await Promise.resolve();
    this.fail("after", name);
    return answer;
  }

  #isTaken(run: NewRun): boolean {
    return [...this.rows.runs.values()].some(
      (other) =>
        other.dagId === run.dagId &&
        (other.runId === run.runId ||
          (run.runType === "scheduled" &&
            other.runType === "scheduled" &&
            other.logicalDate?.getTime() === run.logicalDate?.getTime())),
    );
  }

  #insertRun(run: NewRun, dag: StoredDag, now: Date): DagRun {
    const created: DagRun = {
      ...run,
      id: this.#newId(),
      state: "queued",
      queuedAt: now,
      startedAt: null,
      endedAt: null,
      dagVersion: dag.version,
      dagHash: dag.hash,
      clearNumber: 0,
    };
    this.rows.runs.set(created.id, created);
    fitToVersion(this.rows, created);
    return created;
  }

  #changeDag(dagId: string, fields: Partial<StoredDag>): boolean {
    const dag = this.rows.dags.get(dagId);
    if (dag !== undefined) this.rows.dags.set(dagId, { ...dag, ...fields });
    return dag !== undefined;
  }

  #newId(): string {
    this.rows.nextId += 1;
    return String(this.rows.nextId);
  }

  /** The task instances of a run, for tests to look at. */
  instancesOf(dagRunId: string): readonly TaskInstance[] {
    return instancesOf(this.rows, dagRunId);
  }
}

function toNextRun(next: Parameters<Store["saveNextRun"]>[1]): Partial<StoredDag> {
  return {
    nextRunAfter: next?.runAfter ?? null,
    nextDataIntervalStart: next?.intervalStart ?? null,
    nextDataIntervalEnd: next?.intervalEnd ?? null,
  };
}

function cut<T>(items: readonly T[], page: PageRequest): Page<T> {
  return { items: items.slice(page.offset, page.offset + page.limit), total: items.length };
}

function sortRuns(runs: readonly DagRun[], orderBy: readonly string[]): readonly DagRun[] {
  const [field = "runAfter"] = orderBy;
  const sign = field.startsWith("-") ? -1 : 1;
  const read = (run: DagRun): number =>
    timeOf(field.endsWith("ogicalDate") ? run.logicalDate : run.runAfter);
  return runs.toSorted((left, right) => sign * (read(left) - read(right)));
}

function timeOf(at: Date | null): number {
  return at?.getTime() ?? 0;
}

function xcomScope(key: {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
}): string {
  return JSON.stringify([key.dagId, key.runId, key.taskId, key.mapIndex]);
}
