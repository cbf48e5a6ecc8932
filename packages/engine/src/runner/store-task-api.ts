import {
  AirloomError,
  type AttemptKey,
  applyTaskMove,
  type Clock,
  type Connection,
  checkInScope,
  type JsonValue,
  type LiveEvents,
  MAX_XCOM_BYTES,
  type Operations,
  type Store,
  startAttempt,
  type TaskApi,
  type TaskInstance,
} from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";

/** What the task API asks of the store. */
export type TaskStore = Pick<
  Store,
  | "findConnection"
  | "findDag"
  | "findRun"
  | "findTaskInstanceById"
  | "findTaskState"
  | "findVariable"
  | "findXCom"
  | "saveNodes"
  | "saveRenderedFields"
  | "saveTaskState"
  | "saveVariable"
  | "saveXCom"
>;

/** What `openStoreTaskApi` needs. */
export interface StoreTaskApiOptions {
  readonly store: TaskStore;
  readonly commit: Pick<GroupCommit, "apply" | "onApplied">;
  readonly clock: Clock;
  readonly events: LiveEvents;
  /** For tasks that start runs of other Dags. */
  readonly triggerRun: Operations["triggerRun"];
  /** How long a lease lasts that nobody renews. @default 60_000 */
  readonly leaseMs?: number;
  /** Where attempts run, for people to read. @default "local" */
  readonly worker?: string;
}

/** What tasks may ask of the platform, over the store; every call is checked against the attempt's lease. */
export function openStoreTaskApi(options: StoreTaskApiOptions): TaskApi {
  const { store, clock, events } = options;
  const leases = new LeaseCheck(store);
  const queued = followQueued(options.commit);
  const api: TaskApi = {
    start: (attempt) => start(attempt, { ...options, leases, queued }),
    async findXCom(attempt, key) {
      await leases.check(attempt);
      return (await store.findXCom(key))?.value;
    },
    async saveXCom(attempt, key, value, shown = null) {
      const own = await leases.checkHeld(attempt);
      const { dagId, runId, taskId, mapIndex } = own;
      checkSize(key, value);
      await store.saveXCom({ dagId, runId, taskId, mapIndex, key, value, shown }, clock.now());
    },
    async findVariable(attempt, key) {
      await leases.check(attempt);
      return store.findVariable(key);
    },
    async saveVariable(attempt, key, value, holdsSecret = false) {
      await leases.checkHeld(attempt);
      const before = await store.findVariable(key);
      const { description = null } = before ?? {};
      const isSecret = before?.isSecret === true || holdsSecret;
      await store.saveVariable({ key, value, description, isSecret }, clock.now());
    },
    async findConnection(attempt, connectionId) {
      const { dagId } = await leases.check(attempt);
      return findConnectionFor(dagId, connectionId, store);
    },
    async saveRenderedFields(attempt, fields) {
      const own = await leases.checkHeld(attempt);
      await store.saveRenderedFields(own.id, own.tryNumber, fields);
    },
    async saveNodes(attempt, nodes) {
      const { id, tryNumber, dagId, runId, taskId, mapIndex } = await leases.checkHeld(attempt);
      await store.saveNodes(id, tryNumber, nodes);
      events.publish({ kind: "nodes", dagId, runId, taskId, mapIndex });
    },
    async saveTaskState(attempt, key, value) {
      const own = await leases.checkHeld(attempt);
      await store.saveTaskState(own.id, own.chain, key, value);
    },
    async findTaskState(attempt, key) {
      const own = await leases.check(attempt);
      return store.findTaskState(own.id, own.chain, key);
    },
    async triggerDag(attempt, { dagId, runId, conf, logicalDate }) {
      await leases.checkHeld(attempt);
      const run = await options.triggerRun({
        dagId,
        ...(runId === null ? {} : { runId }),
        conf,
        ...(logicalDate === null ? {} : { logicalDate: new Date(logicalDate) }),
        triggeredBy: "operator",
        user: null,
      });
      return run.runId;
    },
    async findRunState(attempt, { dagId, runId }) {
      await leases.check(attempt);
      return (await store.findRun(dagId, runId))?.state;
    },
  };
  return api;
}

/** The one way by which a connection reaches user code: tasks, templates, operators, triggers. */
async function findConnectionFor(
  dagId: string,
  connectionId: string,
  store: Pick<TaskStore, "findConnection" | "findDag">,
): Promise<Connection | undefined> {
  const found = await store.findConnection(connectionId);
  if (found === undefined) return undefined;
  const { dags, ...connection } = found;
  if (dags === null) return connection;
  const tags = (await store.findDag(dagId))?.spec.tags ?? [];
  checkInScope({ connectionId, dags }, { dagId, tags });
  return connection;
}

/** `queued` → `running`, once: also a resumed attempt was queued again. */
async function start(
  attempt: AttemptKey,
  options: StoreTaskApiOptions & {
    readonly leases: LeaseCheck;
    readonly queued: ReadonlyMap<string, TaskInstance>;
  },
): Promise<boolean> {
  const { store, commit, clock, queued } = options;
  // What this process queued itself need not be read: the move's own guards refuse it if it was moved on meanwhile.
  const taskInstance =
    queued.get(attempt.taskInstanceId) ??
    (await store.findTaskInstanceById(attempt.taskInstanceId));
  if (taskInstance === undefined || !isHeldBy(taskInstance, attempt)) return false;
  if (taskInstance.state !== "queued") return false;
  const now = clock.now();
  const move = startAttempt(taskInstance, {
    leaseToken: attempt.leaseToken,
    expiresAt: new Date(now.getTime() + (options.leaseMs ?? 60_000)),
    worker: options.worker ?? "local",
    now,
  });
  const answer = await commit.apply({ tasks: [move] });
  if (answer.tasks[0] !== true) return false;
  options.leases.remember(attempt, taskInstance);
  return true;
}

/** The task instances that stand at `queued` by a move of this process, as they were written. */
function followQueued(commit: Pick<GroupCommit, "onApplied">): ReadonlyMap<string, TaskInstance> {
  const queued = new Map<string, TaskInstance>();
  commit.onApplied(({ tasks }) => {
    for (const { taskInstance, transition } of tasks) {
      if (transition.to === "queued") {
        queued.set(taskInstance.id, applyTaskMove(taskInstance, transition));
      } else {
        queued.delete(taskInstance.id);
      }
    }
  });
  return queued;
}

function isHeldBy(taskInstance: TaskInstance, attempt: AttemptKey): boolean {
  return (
    taskInstance.leaseToken === attempt.leaseToken && taskInstance.tryNumber === attempt.tryNumber
  );
}

const MAX_REMEMBERED = 10_000;

/** Answers on whose behalf a call is made, and refuses calls of attempts whose lease is gone. */
class LeaseCheck {
  readonly #store: Pick<TaskStore, "findTaskInstanceById">;
  /** Attempts as they were while they held their lease, newest last. */
  readonly #seen = new Map<string, TaskInstance>();

  constructor(store: Pick<TaskStore, "findTaskInstanceById">) {
    this.#store = store;
  }

  /** For calls that change something: the lease must be held now. */
  async checkHeld(attempt: AttemptKey): Promise<TaskInstance> {
    const found = await this.#store.findTaskInstanceById(attempt.taskInstanceId);
    if (found !== undefined && isHeldBy(found, attempt)) return this.remember(attempt, found);
    throw forbidden(attempt);
  }

  /**
   * For calls that only read: an attempt that lost its lease a moment ago may still look up what it needs to
   * cancel what it started outside.
   */
  async check(attempt: AttemptKey): Promise<TaskInstance> {
    const seen = this.#seen.get(keyOf(attempt));
    return seen ?? this.checkHeld(attempt);
  }

  remember(attempt: AttemptKey, taskInstance: TaskInstance): TaskInstance {
    this.#seen.set(keyOf(attempt), taskInstance);
    if (this.#seen.size > MAX_REMEMBERED) {
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return taskInstance;
  }
}

function keyOf({ taskInstanceId, tryNumber, leaseToken }: AttemptKey): string {
  return `${taskInstanceId}/${tryNumber}/${leaseToken}`;
}

function forbidden({ taskInstanceId, tryNumber }: AttemptKey): AirloomError {
  return new AirloomError(
    "auth.forbidden",
    `Attempt ${tryNumber} of task instance ${taskInstanceId} is over: it was ended, cleared or taken over`,
  );
}

function checkSize(key: string, value: JsonValue): void {
  const size = Buffer.byteLength(JSON.stringify(value));
  if (size <= MAX_XCOM_BYTES) return;
  throw new AirloomError(
    "xcom.too_large",
    `Cannot keep XCom "${key}" of ${size} bytes: at most ${MAX_XCOM_BYTES} are allowed, keep larger values outside and pass where they are`,
  );
}
