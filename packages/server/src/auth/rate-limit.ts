import type { Clock } from "@airloom/core";

const WINDOW_MS = 60_000;
const MAX_KEYS = 10_000;

/** Whether one more event of a key was within the limit; where not, when to come again. */
export type Taken =
  | { readonly isWithin: true; readonly giveBack: () => void }
  | { readonly isWithin: false; readonly retryAfterS: number };

/**
 * Counts events of a key over the last minute. Held in memory: it slows guessing down, it decides nothing lasting.
 *
 * An event is counted when it is taken, before anything is waited for: many at once are counted like one after the other.
 */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #eventsOf = new Map<string, readonly number[]>();

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  take(key: string): Taken {
    const now = this.#clock.now().getTime();
    const recent = (this.#eventsOf.get(key) ?? []).filter((at) => at > now - WINDOW_MS);
    const first = recent[0];
    if (first !== undefined && recent.length >= this.#perMinute) {
      return { isWithin: false, retryAfterS: Math.ceil((first + WINDOW_MS - now) / 1_000) };
    }
    this.#keep(key, [...recent, now]);
    return { isWithin: true, giveBack: () => this.#giveBack(key, now) };
  }

  #giveBack(key: string, at: number): void {
    const events = this.#eventsOf.get(key) ?? [];
    const position = events.indexOf(at);
    if (position >= 0) this.#eventsOf.set(key, events.toSpliced(position, 1));
  }

  /** The key that was quiet for longest makes room: an attacker cannot have the others forgotten at once. */
  #keep(key: string, events: readonly number[]): void {
    this.#eventsOf.delete(key);
    const [oldest] = this.#eventsOf.keys();
    if (this.#eventsOf.size >= MAX_KEYS && oldest !== undefined) this.#eventsOf.delete(oldest);
    this.#eventsOf.set(key, events);
  }
}
