import type { RequestTarget } from "./judge-host.ts";

/** What of a request, as servers know it, says where it was sent to. */
export interface ServedRequest {
  /** Names and values of its headers as they came, one after the other. */
  readonly raw: { readonly rawHeaders: readonly string[] };
  readonly headers: { readonly host?: string | undefined };
  /** The name it counts as sent to, with what a trusted proxy says. */
  readonly host: string;
  readonly originalUrl: string;
}

/** Collects under which names a request came. */
export function targetOfRequest(request: ServedRequest): RequestTarget {
  const { rawHeaders } = request.raw;
  const hosts = rawHeaders.filter(
    (_value, position) => position % 2 === 1 && rawHeaders[position - 1]?.toLowerCase() === "host",
  );
  // Differs only where a trusted proxy says so.
  const isForwarded = request.host !== request.headers.host;
  return { hosts, forwardedHosts: isForwarded ? [request.host] : [], url: request.originalUrl };
}
