const FIRST_MS = 250;
/** A service that is back is not kept waiting for longer than that. */
const MAX_MS = 5_000;
const MAX_RETRY_AFTER_MS = 60_000;

/** How long to wait before try number `attempt + 1`: doubling, with `random` (0…1) spreading it over its upper half. */
export function planBackoffMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.min(attempt - 1, 20), MAX_MS);
  return Math.round(full / 2 + (full / 2) * random);
}

/** What a `Retry-After` header asks for, in seconds or as a date, capped; `undefined` when it makes no sense. */
export function parseRetryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const ms = /^\d{1,9}$/u.test(text) ? Number(text) * 1_000 : readDateMs(text, now);
  if (ms === undefined || ms < 0) return undefined;
  return Math.min(ms, MAX_RETRY_AFTER_MS);
}

function readDateMs(text: string, now: Date): number | undefined {
  if (!/[a-z]/iu.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
