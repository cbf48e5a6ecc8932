import { createHash } from "node:crypto";

/** A UUID (version 8) that stands for a name: the same name, the same UUID. Airflow's clients expect one. */
export function nameUuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
