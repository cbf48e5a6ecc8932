import type { RangeFilter } from "@airloom/core";
import { parseInstant } from "../wire/instants.ts";

const FIELDS = {
  run_after: "runAfter",
  logical_date: "logicalDate",
  start_date: "startedAt",
  end_date: "endedAt",
} as const;

const OPS = ["gte", "gt", "lte", "lt"] as const;

/** Airflow's `<field>_gte` family as the store's ranges. */
export function rangesOf(query: Readonly<Record<string, unknown>>): readonly RangeFilter[] {
  const ranges: RangeFilter[] = [];
  for (const op of OPS) {
    for (const [name, field] of Object.entries(FIELDS)) {
      const bound = query[`${name}_${op}`];
      if (typeof bound === "string") ranges.push({ field, op, value: parseInstant(bound) });
    }
    const seconds = query[`duration_${op}`];
    if (typeof seconds === "number") ranges.push({ field: "duration", op, value: seconds });
  }
  return ranges;
}
