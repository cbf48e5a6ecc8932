/** The parts of a request that tell where it came from. */
export interface Origin {
  /** `Host`, as the browser sees the server. */
  readonly host: string;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/**
 * Whether a request that changes something may have been sent by our own page.
 *
 * Browsers put `Sec-Fetch-Site` or `Origin` on every such request: one with neither did not come from a page
 * and has no business with a cookie.
 */
export function isSameOrigin(request: Origin): boolean {
  if (request.fetchSite !== undefined) return request.fetchSite === "same-origin";
  if (request.origin === undefined || !URL.canParse(request.origin)) return false;
  return new URL(request.origin).host === request.host;
}
