import type { ListQuery } from "../list-query.ts";
import { parseListValue } from "../list-query.ts";

/** Which of active and deleted things a list shows: `state=active|deleted|all`, 1 or 2; the active ones by itself. */
export function getStates(query: ListQuery): readonly number[] {
  const [state = "active"] = parseListValue(query.values["state"]);
  if (state === "all") return [1, 2];
  return state === "deleted" || state === "2" ? [2] : [1];
}
