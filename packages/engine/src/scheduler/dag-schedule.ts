import {
  type Clock,
  type DagRun,
  findActiveRunsLimit,
  isSchedulePoint,
  type Logger,
  planNextRun,
  renderCanonicalJson,
  renderRunId,
  type SchedulePoint,
  type StoredDag,
} from "@airloom/core";
import { type RetryRim, retryWhileAway } from "../commit/retry-while-away.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

/** What following schedules needs. */
export interface DagScheduleOptions {
  readonly store: SchedulerStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rim: RetryRim;
  readonly onRun: (run: DagRun) => void;
}

const PAGE = 500;

/** Creates the runs that schedules call for, when their time comes. */
export class DagSchedule {
  readonly #options: DagScheduleOptions;
  /** When each Dag is due next. A Dag with as many active runs as it may have waits in `#full`. */
  readonly #dueAt = new Map<string, Date>();
  readonly #full = new Set<string>();
  /** What each Dag's next point was found from, to tell a new schedule from the same one read anew. */
  readonly #known = new Map<string, string>();

  constructor(options: DagScheduleOptions) {
    this.#options = options;
  }

  /** The earliest point of any schedule. */
  get nextAt(): Date | undefined {
    let next: Date | undefined;
    for (const [dagId, at] of this.#dueAt) {
      if (!this.#full.has(dagId) && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  /** Takes up the schedules of all Dags. */
  async open(): Promise<void> {
    const { store, rim } = this.#options;
    for (let offset = 0; ; offset += PAGE) {
      const page = { limit: PAGE, offset, orderBy: ["dagId"] };
      const dags = await retryWhileAway(() => store.listDags({ active: true }, page), rim);
      for (const dag of dags.items) await this.#guard(dag.dagId, () => this.#takeUp(dag));
      if (offset + PAGE >= dags.total) return;
    }
  }

  /** A Dag was read anew, paused or unpaused. */
  async refresh(dagId: string): Promise<void> {
    const { store, rim } = this.#options;
    const dag = await retryWhileAway(() => store.findDag(dagId), rim);
    this.#full.delete(dagId);
    if (dag === undefined || !dag.isActive) this.#forget(dagId);
    else await this.#guard(dagId, () => this.#takeUp(dag));
  }

  /** A run of the Dag ended: there may be room for the next. */
  release(dagId: string): void {
    this.#full.delete(dagId);
  }

  /** Looks for Dags that are due without our knowing, such as after a change by another process. */
  async discover(): Promise<void> {
    const { store, clock, rim } = this.#options;
    this.#full.clear();
    const due = await retryWhileAway(() => store.loadDueDags(clock.now(), PAGE), rim);
    for (const { dagId, nextRunAfter } of due) {
      if (nextRunAfter !== null) this.#dueAt.set(dagId, nextRunAfter);
    }
  }

  /** Creates every run that is due now. */
  async createDue(): Promise<void> {
    const now = this.#options.clock.now();
    for (const [dagId, at] of this.#dueAt) {
      if (at > now || this.#full.has(dagId)) continue;
      await this.#guard(dagId, () => this.#createDueRuns(dagId));
    }
  }

  async #createDueRuns(dagId: string): Promise<void> {
    const { store, clock, rim } = this.#options;
    let dag = await retryWhileAway(() => store.findDag(dagId), rim);
    while (dag !== undefined && isDue(dag, clock.now())) {
      const active = await retryWhileAway(() => store.countActiveRuns(dagId), rim);
      if (active >= findActiveRunsLimit(dag.spec)) {
        this.#full.add(dagId);
        break;
      }
      await this.#createRun(dag);
      dag = await retryWhileAway(() => store.findDag(dagId), rim);
    }
    this.#remember(dagId, dag);
  }

  async #createRun(dag: StoredDag): Promise<void> {
    const { store, clock, rim, onRun } = this.#options;
    const now = clock.now();
    const point = currentPoint(dag, now);
    if (point === null) return;
    const next = planNextRun(dag.spec, { last: point.intervalEnd, now, isResuming: false });
    // Asking twice is harmless: the second of two calls for one logical date changes nothing.
    const run = await retryWhileAway(
      () =>
        store.createRun(
          {
            dagId: dag.dagId,
            runId: renderRunId("scheduled", point.intervalStart),
            runType: "scheduled",
            triggeredBy: "timetable",
            triggeringUser: null,
            logicalDate: point.intervalStart,
            dataIntervalStart: point.intervalStart,
            dataIntervalEnd: point.intervalEnd,
            runAfter: point.runAfter,
            conf: {},
            note: null,
          },
          { now, advance: next },
        ),
      rim,
    );
    if (run !== undefined) onRun(run);
    else await this.#passOver(dag, { runId: renderRunId("scheduled", point.intervalStart), next });
  }

  /**
   * The point has a run already: a person's, with the same date, or ours after an answer that was lost. The
   * schedule goes on behind it, where it did not yet.
   */
  async #passOver(
    dag: StoredDag,
    point: { readonly runId: string; readonly next: SchedulePoint | null },
  ): Promise<void> {
    const { store, rim, logger, onRun } = this.#options;
    const existing = await retryWhileAway(() => store.findRun(dag.dagId, point.runId), rim);
    if (existing !== undefined) onRun(existing);
    const stored = await retryWhileAway(() => store.findDag(dag.dagId), rim);
    if (stored?.nextRunAfter?.getTime() !== dag.nextRunAfter?.getTime()) return;
    const at = dag.nextRunAfter?.toISOString() ?? "";
    logger.log("warning", `Dag "${dag.dagId}" has a run for ${at} already, its schedule goes on`);
    await retryWhileAway(() => store.saveNextRun(dag.dagId, point.next), rim);
  }

  /** Finds where a Dag's schedule stands, unless what is stored is still good. */
  async #takeUp(dag: StoredDag): Promise<void> {
    const { store, clock, rim } = this.#options;
    const { schedule, startDate, endDate, catchup } = dag.spec;
    const key = renderCanonicalJson({
      schedule,
      startDate,
      endDate,
      catchup,
      paused: dag.isPaused,
    });
    const before = this.#known.get(dag.dagId);
    this.#known.set(dag.dagId, key);
    const isGood = dag.nextRunAfter !== null && isSchedulePoint(dag.spec, dag.nextRunAfter);
    if (before === key || dag.isPaused || (before === undefined && isGood)) {
      this.#remember(dag.dagId, dag);
      return;
    }
    const last = await this.#findLast(dag.dagId);
    const next = planNextRun(dag.spec, { last, now: clock.now(), isResuming: true });
    await retryWhileAway(() => store.saveNextRun(dag.dagId, next), rim);
    this.#remember(dag.dagId, { ...dag, nextRunAfter: next?.runAfter ?? null });
  }

  async #findLast(dagId: string): Promise<Date | null> {
    const { store, rim } = this.#options;
    const filter = { dagIds: [dagId], runTypes: ["scheduled"] as const };
    const page = { limit: 1, offset: 0, orderBy: ["-logicalDate"] };
    const { items } = await retryWhileAway(() => store.listRuns(filter, page), rim);
    return items[0]?.dataIntervalEnd ?? items[0]?.logicalDate ?? null;
  }

  /** One Dag's bad schedule must not hold up the others. */
  async #guard(dagId: string, piece: () => Promise<void>): Promise<void> {
    try {
      await piece();
    } catch (error) {
      if (this.#options.rim.isClosed()) return;
      this.#dueAt.delete(dagId);
      this.#options.logger.log(
        "error",
        `Cannot follow the schedule of Dag "${dagId}": ${String(error)}`,
      );
    }
  }

  #remember(dagId: string, dag: StoredDag | undefined): void {
    if (dag === undefined || !dag.isActive || dag.isPaused || dag.nextRunAfter === null) {
      this.#dueAt.delete(dagId);
    } else {
      this.#dueAt.set(dagId, dag.nextRunAfter);
    }
  }

  #forget(dagId: string): void {
    this.#dueAt.delete(dagId);
    this.#known.delete(dagId);
  }
}

function isDue(dag: StoredDag, now: Date): boolean {
  return dag.isActive && !dag.isPaused && dag.nextRunAfter !== null && dag.nextRunAfter <= now;
}

/** The stored point. A continuous Dag's interval reaches to now, which was not known when it was stored. */
function currentPoint(dag: StoredDag, now: Date): SchedulePoint | null {
  const { nextRunAfter, nextDataIntervalStart, nextDataIntervalEnd } = dag;
  if (nextRunAfter === null) return null;
  const intervalStart = nextDataIntervalStart ?? nextRunAfter;
  const intervalEnd = nextDataIntervalEnd ?? nextRunAfter;
  if (dag.spec.schedule.kind !== "continuous") {
    return { runAfter: nextRunAfter, intervalStart, intervalEnd };
  }
  const end = new Date(Math.max(intervalEnd.getTime(), now.getTime()));
  return { runAfter: nextRunAfter, intervalStart, intervalEnd: end };
}
