import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { AccessStore, AuditEntry } from "./ports/access-store.ts";

type Entry = Omit<AuditEntry, "id">;

const WINDOW_MS = 60_000;
const MAX_KEYS = 100;

interface Repeated {
  count: number;
  last: Entry;
  readonly cancel: () => void;
}

/**
 * Keeps what strangers can bring about as often as they like: the first of a kind at once, then one row a minute that
 * says how many more there were. An attack neither fills the table nor stays out of it.
 */
export class CoalescedAudit {
  readonly #store: Pick<AccessStore, "saveAudit">;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #open = new Map<string, Repeated>();

  constructor(options: {
    readonly store: Pick<AccessStore, "saveAudit">;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  async saveAudit(entry: Entry): Promise<void> {
    const own = `${entry.event} ${entry.actor} ${JSON.stringify(entry.extra["ip"])}`;
    // Beyond so many names and addresses they are counted together.
    const key = this.#open.has(own) || this.#open.size < MAX_KEYS ? own : `${entry.event} others`;
    const open = this.#open.get(key);
    if (open !== undefined) {
      open.count += 1;
      open.last = entry;
      return;
    }
    const endsAt = new Date(this.#clock.now().getTime() + WINDOW_MS);
    const cancel = this.#clock.schedule(endsAt, () => void this.#flush(key));
    this.#open.set(key, { count: 0, last: entry, cancel });
    await this.#store.saveAudit(entry);
  }

  /** Writes what was only counted so far. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((key) => this.#flush(key)));
  }

  async #flush(key: string): Promise<void> {
    const open = this.#open.get(key);
    this.#open.delete(key);
    open?.cancel();
    if (open === undefined || open.count === 0) return;
    const { last, count } = open;
    try {
      await this.#store.saveAudit({ ...last, extra: { ...last.extra, repeated: count } });
    } catch (error) {
      this.#logger.log("error", "could not keep repeated events", {
        event: last.event,
        repeated: count,
        error: String(error),
      });
    }
  }
}
