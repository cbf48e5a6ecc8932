import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { renderSentence } from "../format/sentence.ts";
import { renderRelative } from "../format/time.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useNow } from "./services.ts";

type Shown = Pick<UseQueryResult<unknown>, "error" | "isFetching" | "refetch" | "dataUpdatedAt">;

/** Shows what a query knows: a skeleton, the data, or what went wrong with old data kept below. */
export function QueryView<Data>({
  query,
  rows,
  children,
}: {
  readonly query: Shown & { readonly data: Data | undefined };
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}) {
  const { data, error } = query;
  if (data === undefined) {
    if (error !== null) return <QueryProblem query={query} />;
    return <Skeleton rows={rows ?? 6} />;
  }
  return (
    <>
      {error !== null && <QueryProblem query={query} />}
      {children(data)}
    </>
  );
}

/** Why the newest answer is missing, how old the shown one is, and a way to ask again. */
export function QueryProblem({ query }: { readonly query: Shown }) {
  const now = useNow();
  if (query.error === null) return null;
  const age =
    query.dataUpdatedAt === 0
      ? ""
      : ` Shown as it was ${renderRelative(new Date(query.dataUpdatedAt).toISOString(), now)}.`;
  return (
    <div className="note bad" role="alert">
      <span className="grow">
        <b>Could not load.</b> {renderSentence(query.error.message)}
        {age}
      </span>
      <Button
        size="small"
        icon="redo"
        disabledReason={query.isFetching ? "Asking the server again" : undefined}
        onClick={() => void query.refetch()}
      >
        Retry
      </Button>
    </div>
  );
}
