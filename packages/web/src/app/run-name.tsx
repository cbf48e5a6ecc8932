import { useQuery } from "@tanstack/react-query";
import { runQuery } from "../api/queries.ts";
import { renderRunTime } from "../format/time.ts";
import { useApi, useNow } from "./services.ts";

/** A run by its time, as its page is called; its id, which is long, on hover. */
export function RunName({ dagId, runId }: { readonly dagId: string; readonly runId: string }) {
  const { data } = useQuery(runQuery(useApi(), dagId, runId));
  const now = useNow();
  return (
    <span title={runId}>Run {data === undefined ? "" : renderRunTime(data.run_after, now)}</span>
  );
}
