/** An instant as the wire writes it. */
export function renderInstant(at: Date): string {
  return at.toISOString();
}

/** The same of an instant that may be missing. */
export function renderInstantOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

/** Reads an instant a caller wrote: one without an offset is UTC. */
export function parseInstant(text: string): Date {
  return new Date(/(?:Z|[+-]\d{2}:\d{2})$/u.test(text) ? text : `${text}Z`);
}

/** Seconds from start to end; null while it has not ended. */
export function durationOf(startedAt: Date | null, endedAt: Date | null): number | null {
  if (startedAt === null || endedAt === null) return null;
  return Math.max(0, endedAt.getTime() - startedAt.getTime()) / 1_000;
}
