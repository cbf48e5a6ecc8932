/**
 * Spaces requests out so that thousands of waiting tasks together stay below dbt Cloud's limit of 5,000 a minute and
 * account.
 *
 * Short bursts pass at once; once they are used up, each request waits for its turn.
 */
export class RequestBudget {
  readonly #gapMs: number;
  readonly #burst: number;
  #freeAt = 0;

  constructor(options: { readonly perMinute: number; readonly burst: number }) {
    this.#gapMs = 60_000 / options.perMinute;
    this.#burst = options.burst;
  }

  /** Takes a turn; answers how many milliseconds to wait for it. */
  take(nowMs: number): number {
    const earliest = nowMs - this.#burst * this.#gapMs;
    this.#freeAt = Math.max(this.#freeAt, earliest) + this.#gapMs;
    return Math.max(0, Math.ceil(this.#freeAt - nowMs));
  }
}

const PER_MINUTE = 2_000;
const BURST = 200;
const budgets = new Map<string, RequestBudget>();

/** The budget of an account, shared by everything in this process that talks to it. */
export function getBudget(baseUrl: string, accountId: number | null): RequestBudget {
  const key = `${baseUrl} ${accountId ?? ""}`;
  const known = budgets.get(key);
  if (known !== undefined) return known;
  const budget = new RequestBudget({ perMinute: PER_MINUTE, burst: BURST });
  budgets.set(key, budget);
  return budget;
}
