import type { Clock } from "@airloom/core";

const WINDOW_MS = 60_000;
const MAX_KEYS = 10_000;

/** Counts events of a key over the last minute. Held in memory: it slows guessing down, it decides nothing lasting. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #eventsOf = new Map<string, number[]>();

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  isReached(key: string): boolean {
    return this.#recentOf(key).length >= this.#perMinute;
  }

  count(key: string): void {
    if (this.#eventsOf.size >= MAX_KEYS) this.#eventsOf.clear();
    this.#eventsOf.set(key, [...this.#recentOf(key), this.#clock.now().getTime()]);
  }

  #recentOf(key: string): readonly number[] {
    const since = this.#clock.now().getTime() - WINDOW_MS;
    return (this.#eventsOf.get(key) ?? []).filter((at) => at > since);
  }
}
