/** The parts of an environment that give signs of life. */
export const COMPONENTS = [
  "scheduler",
  "triggerer",
  "dag_processor",
  "api_server",
  "dbt_service",
] as const;
export type Component = (typeof COMPONENTS)[number];

/** Where signs of life are kept. */
export interface HealthStore {
  saveHeartbeat(component: Component, now: Date): Promise<void>;
  loadHeartbeats(): Promise<Readonly<Partial<Record<Component, Date>>>>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}
