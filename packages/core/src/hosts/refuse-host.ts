import { type HostVerdict, judgeHost } from "./judge-host.ts";
import { type ServedRequest, targetOfRequest } from "./request-target.ts";

/** The names of a service, as its options have them. */
export interface ServiceNames {
  /** What it listens on. @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** Further names and addresses. @default [] */
  readonly allowedHosts?: readonly string[] | undefined;
}

/** Why a request is not for this service; `undefined` for one that is. */
export function refuseHost(
  request: ServedRequest,
  { host = "127.0.0.1", allowedHosts = [] }: ServiceNames,
): Extract<HostVerdict, { readonly isAllowed: false }> | undefined {
  const verdict = judgeHost(targetOfRequest(request), { bind: host, allowed: allowedHosts });
  return verdict.isAllowed ? undefined : verdict;
}
