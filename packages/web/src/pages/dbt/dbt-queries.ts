import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { askDbt, listDbt } from "./dbt-client.ts";
import type {
  DbtAccount,
  DbtJob,
  DbtNode,
  DbtProject,
  DbtRun,
  DbtSession,
  DbtToken,
} from "./dbt-wire.ts";

/** How often a run under way is looked at. */
const LIVE_MS = 1_500;
const LIST_MS = 5_000;
export const DBT_PAGE_SIZE = 50;

const RELATED = encodeURIComponent('["trigger","job","environment","run_steps"]');
const RELATED_IN_LISTS = encodeURIComponent('["trigger","job"]');

export function accountsQuery() {
  return queryOptions({
    queryKey: ["dbt", "accounts"],
    queryFn: ({ signal }) => askDbt<readonly DbtAccount[]>("/api/v2/accounts/", { signal }),
  });
}

export function sessionQuery() {
  return queryOptions({
    queryKey: ["dbt", "session"],
    queryFn: ({ signal }) => askDbt<DbtSession>("/api/private/session/", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function tokensQuery(accountId: string) {
  return queryOptions({
    queryKey: ["dbt", "tokens", accountId],
    queryFn: ({ signal }) =>
      listDbt<DbtToken>(`/api/v3/accounts/${accountId}/service-tokens/?limit=100`, { signal }),
  });
}

export function projectsQuery(accountId: string) {
  return queryOptions({
    queryKey: ["dbt", "projects", accountId],
    queryFn: ({ signal }) =>
      listDbt<DbtProject>(`/api/v3/accounts/${accountId}/projects/?limit=100`, { signal }),
  });
}

export function jobsQuery(accountId: string) {
  return queryOptions({
    queryKey: ["dbt", "jobs", accountId],
    queryFn: ({ signal }) =>
      listDbt<DbtJob>(`/api/v2/accounts/${accountId}/jobs/?limit=100`, { signal }),
  });
}

export function jobQuery(accountId: string, jobId: string) {
  return queryOptions({
    queryKey: ["dbt", "job", accountId, jobId],
    queryFn: ({ signal }) =>
      askDbt<DbtJob>(`/api/v2/accounts/${accountId}/jobs/${jobId}/`, { signal }),
  });
}

export interface DbtRunFilter {
  readonly jobId?: string;
  readonly status?: number | undefined;
  readonly offset?: number | undefined;
}

export function dbtRunsQuery(accountId: string, filter: DbtRunFilter) {
  const query = new URLSearchParams({
    limit: String(DBT_PAGE_SIZE),
    offset: String(filter.offset ?? 0),
    order_by: "-id",
    ...(filter.jobId === undefined ? {} : { job_definition_id: filter.jobId }),
    ...(filter.status === undefined ? {} : { status: String(filter.status) }),
  });
  return queryOptions({
    queryKey: ["dbt", "runs", accountId, filter],
    queryFn: ({ signal }) =>
      listDbt<DbtRun>(
        `/api/v2/accounts/${accountId}/runs/?${query.toString()}&include_related=${RELATED_IN_LISTS}`,
        { signal },
      ),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_MS,
  });
}

export function dbtRunQuery(accountId: string, runId: string) {
  return queryOptions({
    queryKey: ["dbt", "run", accountId, runId],
    queryFn: ({ signal }) =>
      askDbt<DbtRun>(`/api/v2/accounts/${accountId}/runs/${runId}/?include_related=${RELATED}`, {
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.is_complete === true ? false : LIVE_MS),
  });
}

/** The nodes of a run without their SQL, failed ones first: of a very large run, the first thousand. */
export function dbtNodesQuery(runId: string, isLive: boolean) {
  return queryOptions({
    queryKey: ["dbt", "nodes", runId, isLive],
    queryFn: ({ signal }) =>
      listDbt<DbtNode>(`/api/private/runs/${runId}/nodes/?order_by=-severity`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? LIVE_MS : false,
  });
}

/** One node of a run with its SQL, as the last step that has it left it. */
export function dbtNodeQuery(runId: string, uniqueId: string, isLive: boolean) {
  const query = new URLSearchParams({ unique_id: uniqueId });
  return queryOptions({
    queryKey: ["dbt", "nodes", runId, isLive, uniqueId],
    queryFn: async ({ signal }) =>
      (
        await askDbt<readonly DbtNode[]>(`/api/private/runs/${runId}/nodes/?${query.toString()}`, {
          signal,
        })
      ).at(-1) ?? null,
    refetchInterval: isLive ? LIVE_MS : false,
  });
}

export function artifactsQuery(accountId: string, runId: string, isLive: boolean) {
  return queryOptions({
    queryKey: ["dbt", "artifacts", accountId, runId, isLive],
    queryFn: async ({ signal }) =>
      // For a run that left nothing behind the service returns null.
      (await askDbt<readonly string[] | null>(
        `/api/v2/accounts/${accountId}/runs/${runId}/artifacts/`,
        { signal },
      )) ?? [],
    retry: false,
  });
}

/** What a rerun from the point of failure would do. */
export interface RetryPlan {
  readonly failed_step: string;
  readonly skipped_steps: readonly string[];
}

export function retryPlanQuery(accountId: string, runId: string) {
  return queryOptions({
    queryKey: ["dbt", "retry", accountId, runId],
    queryFn: ({ signal }) =>
      askDbt<RetryPlan>(`/api/v2/accounts/${accountId}/runs/${runId}/retry/`, { signal }),
  });
}
