import { join } from "node:path";
import type { LogKey } from "@airloom/core";

const SAFE = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/u;

/**
 * Where an attempt's log lies below `root`, as Airflow lays them out. A part that could leave its folder, or that a file
 * system could not hold, is percent-encoded, so that two different ids never share a file (S-15).
 */
export function logPath(root: string, key: LogKey): string {
  const task = key.mapIndex < 0 ? [] : [`map_index=${key.mapIndex}`];
  return join(
    root,
    `dag_id=${encodePart(key.dagId)}`,
    `run_id=${encodePart(key.runId)}`,
    `task_id=${encodePart(key.taskId)}`,
    ...task,
    `attempt=${key.tryNumber}.ndjson`,
  );
}

function encodePart(part: string): string {
  if (SAFE.test(part)) return part;
  return [...Buffer.from(part, "utf8")]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[A-Za-z0-9_-]/u.test(letter)
        ? letter
        : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`;
    })
    .join("");
}
