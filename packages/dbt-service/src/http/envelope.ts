import type { WireEnvelope, WirePage, WireStatus } from "@airloom/dbt-cloud/contract";
import type { ListQuery } from "./list-query.ts";

/** The head of an answer that went well. */
export function renderSuccess(code = 200): WireStatus {
  return { code, is_success: true, user_message: "Success!", developer_message: "" };
}

/** An answer with one object. */
export function renderEnvelope<T>(
  data: T,
  code = 200,
): WireEnvelope<T> & { readonly extra: object } {
  return { status: renderSuccess(code), data, extra: {} };
}

/** A page, with the figures from which clients work out whether to ask for the next one. */
export function renderPage<T>(
  data: readonly T[],
  totalCount: number,
  query: ListQuery,
): WirePage<T> {
  return {
    status: renderSuccess(),
    data,
    extra: {
      filters: { ...query.echo, limit: query.limit, offset: query.offset },
      order_by: query.orderBy.join(","),
      pagination: { count: data.length, total_count: totalCount },
    },
  };
}

/** An answer that says what went wrong. */
export function renderFailure(code: number, message: string): WireEnvelope<null> {
  return {
    status: { code, is_success: false, user_message: message, developer_message: null },
    data: null,
  };
}
