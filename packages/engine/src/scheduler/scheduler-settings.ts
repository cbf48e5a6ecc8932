/** The numbers a scheduler goes by. */
export interface SchedulerSettings {
  /** Most task instances queued or running at once. @default 32 */
  readonly parallelism: number;
  /** How long an attempt's lease lasts; renewed at a third of it. @default 60_000 */
  readonly leaseMs: number;
  /** The slow safety tick. @default 5_000 */
  readonly tickMs: number;
  /** How many tasks may be handed to the executor beyond its free slots. @default 0 */
  readonly prefetch: number;
}

export const DEFAULT_SETTINGS: SchedulerSettings = {
  parallelism: 32,
  leaseMs: 60_000,
  tickMs: 5_000,
  prefetch: 0,
};
