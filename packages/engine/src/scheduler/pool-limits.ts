import type { PoolLimit } from "@airloom/core";
import { type RetryRim, retryWhileAway } from "../commit/retry-while-away.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

const PAGE = 1_000;

/** What the pools allow, as it was last read. */
export class PoolLimits {
  readonly #store: Pick<SchedulerStore, "listPools">;
  readonly #rim: RetryRim;
  readonly #full = new Set<string>();
  #limits: ReadonlyMap<string, PoolLimit> = new Map();

  constructor(store: Pick<SchedulerStore, "listPools">, rim: RetryRim) {
    this.#store = store;
    this.#rim = rim;
  }

  get limits(): ReadonlyMap<string, PoolLimit> {
    return this.#limits;
  }

  /** Pools that the store found full though we did not: it counts what we cannot see. */
  get full(): ReadonlySet<string> {
    return this.#full;
  }

  /** Nothing starts from this pool before something changes, or before the next tick. */
  markFull(pool: string): void {
    this.#full.add(pool);
  }

  forgetFull(): void {
    this.#full.clear();
  }

  async load(): Promise<void> {
    const found = new Map<string, PoolLimit>();
    for (let offset = 0, total = 1; offset < total; offset += PAGE) {
      const ask = { limit: PAGE, offset };
      const page = await retryWhileAway(() => this.#store.listPools(ask), this.#rim);
      for (const { name, slots, includeDeferred } of page.items) {
        found.set(name, { slots, includeDeferred });
      }
      total = page.total;
    }
    this.#limits = found;
    this.#full.clear();
  }
}
