import type { DagSpec, TaskInstance } from "@airloom/core";
import { addDag, makeDagWork } from "./memory/memory-dags.ts";
import { makeKeptWork } from "./memory/memory-kept.ts";
import { createRows, instancesOf, type MemoryRows } from "./memory/memory-rows.ts";
import { makeRunWork } from "./memory/memory-runs.ts";
import { makeTaskWork } from "./memory/memory-task-instances.ts";
import type { RunningStore, Work } from "./running-store.ts";

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

  readonly #dags = makeDagWork(this.rows);
  readonly findDag = this.#later("findDag", this.#dags.findDag);
  readonly findDagVersion = this.#later("findDagVersion", this.#dags.findDagVersion);
  readonly listDags = this.#later("listDags", this.#dags.listDags);
  readonly loadDueDags = this.#later("loadDueDags", this.#dags.loadDueDags);
  readonly saveNextRun = this.#later("saveNextRun", this.#dags.saveNextRun);
  readonly setPaused = this.#later("setPaused", this.#dags.setPaused);

  readonly #runs = makeRunWork(this.rows);
  readonly countActiveRuns = this.#later("countActiveRuns", this.#runs.countActiveRuns);
  readonly createRun = this.#later("createRun", this.#runs.createRun);
  readonly findPreviousRun = this.#later("findPreviousRun", this.#runs.findPreviousRun);
  readonly findRun = this.#later("findRun", this.#runs.findRun);
  readonly listRuns = this.#later("listRuns", this.#runs.listRuns);
  readonly loadActiveRuns = this.#later("loadActiveRuns", this.#runs.loadActiveRuns);

  readonly #tasks = makeTaskWork(this.rows);
  readonly findTaskInstance = this.#later("findTaskInstance", this.#tasks.findTaskInstance);
  readonly findTaskInstanceById = this.#later(
    "findTaskInstanceById",
    this.#tasks.findTaskInstanceById,
  );
  readonly listTaskInstances = this.#later("listTaskInstances", this.#tasks.listTaskInstances);
  readonly loadDeferred = this.#later("loadDeferred", this.#tasks.loadDeferred);
  readonly loadExpiredLeases = this.#later("loadExpiredLeases", this.#tasks.loadExpiredLeases);
  readonly loadTaskHistory = this.#later("loadTaskHistory", this.#tasks.loadTaskHistory);
  readonly renewLeases = this.#later("renewLeases", this.#tasks.renewLeases);
  readonly saveHoldReasons = this.#later("saveHoldReasons", this.#tasks.saveHoldReasons);
  readonly saveTaskNote = this.#later("saveTaskNote", this.#tasks.saveTaskNote);
  readonly transition = this.#later("transition", this.#tasks.transition);

  readonly #kept = makeKeptWork(this.rows);
  readonly clearXComs = this.#later("clearXComs", this.#kept.clearXComs);
  readonly findTaskState = this.#later("findTaskState", this.#kept.findTaskState);
  readonly findXCom = this.#later("findXCom", this.#kept.findXCom);
  readonly listPools = this.#later("listPools", this.#kept.listPools);
  readonly saveAudit = this.#later("saveAudit", this.#kept.saveAudit);
  readonly saveHeartbeat = this.#later("saveHeartbeat", this.#kept.saveHeartbeat);
  readonly savePool = this.#later("savePool", this.#kept.savePool);
  readonly saveTaskState = this.#later("saveTaskState", this.#kept.saveTaskState);
  readonly saveXCom = this.#later("saveXCom", this.#kept.saveXCom);

  /** Takes over a Dag as its file would define it; answers its version. */
  addDag(
    spec: DagSpec,
    options: { readonly isPaused?: boolean; readonly now?: Date } = {},
  ): number {
    return addDag(this.rows, spec, options);
  }

  /** The task instances of a run, for tests to look at. */
  instancesOf(dagRunId: string): readonly TaskInstance[] {
    return instancesOf(this.rows, dagRunId);
  }

  #later<Name extends keyof RunningStore>(name: Name, work: Work<Name>) {
    return async (
      ...args: Parameters<RunningStore[Name]>
    ): Promise<Awaited<ReturnType<RunningStore[Name]>>> => {
      this.calls += 1;
      await Promise.resolve();
      this.fail("before", name);
      const answer = work(...args);
      await Promise.resolve();
      this.fail("after", name);
      return answer;
    };
  }
}
