const FIRST_INTERVAL_S = 0.25;
const SHARE_OF_ELAPSED = 0.05;

/**
 * How long to wait before asking again: a twentieth of the time already waited, so that short runs are noticed at once
 * and long ones cost little; never longer than the task's own interval.
 */
export function planIntervalS(elapsedS: number, checkIntervalS: number): number {
  return Math.min(Math.max(FIRST_INTERVAL_S, elapsedS * SHARE_OF_ELAPSED), checkIntervalS);
}
