import { LOG_LEVELS } from "@airloom/core";
import { z } from "zod";
import { Count, QueryCount } from "./fields.ts";
import { LogLine, MapIndexQuery } from "./task-instance.ts";

const Level = z.enum(LOG_LEVELS);

/** Which lines: those that hold the text, in any case, at the level or above. */
export const UiLogFilter = MapIndexQuery.extend({
  search: z.string().max(500).default(""),
  level: Level.default("debug"),
});

/** Where to look: at the end unless one of these says otherwise; the first that is given counts. */
export const UiLogQuery = UiLogFilter.extend({
  /** An error: the first, or the next after or the previous before `line`. */
  error: z.enum(["first", "next", "previous"]).optional(),
  /** A line of the whole log, counted from 1, with what stands around it. */
  line: QueryCount.optional(),
  /** A row among the chosen lines, counted from 0, with what follows it. */
  row: QueryCount.optional(),
  limit: QueryCount.pipe(z.int().min(1).max(1_000)).default(200),
});

export const UiLog = z.object({
  total_lines: Count,
  matching_lines: Count,
  /** How many lines hold the searched text, by level, whatever level was asked for. */
  levels: z.record(Level, Count),
  /** Number of the first line with an error in the whole log. */
  first_error: Count.nullable(),
  /** What `error` or `line` led to; null where there is no such line. */
  target: z.object({ line: Count, row: Count }).nullable(),
  first_row: Count,
  lines: z.array(LogLine.extend({ number: Count })),
  /** Nothing will ever follow. */
  is_over: z.boolean(),
});
