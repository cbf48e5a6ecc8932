import { type OperationId, ROUTES } from "./routes.ts";
import type { RequestOf, ResponseOf } from "./wire-types.ts";

/** An answer that is not a success. `detail` is the server's own words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The stable code of the failure, where the server knows one. */
  readonly code: string | null;
  readonly detail: unknown;

  constructor(status: number, code: string | null, detail: unknown) {
    super(typeof detail === "string" ? detail : describeDetail(status, detail));
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export interface ApiOptions {
  /** Where the server answers, without a trailing slash; in a browser "" is the page's own origin. */
  readonly baseUrl: string;
  /** A bearer token; a browser leaves it out and is known by its cookie. */
  readonly token?: string;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

type JsonOperation = Exclude<OperationId, "streamEvents">;

/** One method for each operation. Values are the wire's own: snake_case, instants as text. */
export type ApiClient = {
  readonly [K in JsonOperation]: {} extends RequestOf<K>
    ? (request?: RequestOf<K>, options?: CallOptions) => Promise<ResponseOf<K>>
    : (request: RequestOf<K>, options?: CallOptions) => Promise<ResponseOf<K>>;
};

/** A client of the REST API for browsers and programs alike. */
export function openApi(options: ApiOptions): ApiClient {
  const methods = Object.keys(ROUTES).map((id) => [
    id,
    (request: Fields = {}, call: CallOptions = {}) => send(options, id, request, call),
  ]);
  // Built from the route table, whose keys are the client's: the compiler cannot follow `fromEntries`.
  return Object.fromEntries(methods) as ApiClient;
}

/** The address of an operation, for links, event streams and "copy as curl". */
export function addressOf<K extends OperationId>(
  id: K,
  request: Omit<RequestOf<K>, "body">,
): string {
  return render(ROUTES[id], request).path;
}

type Fields = Readonly<Record<string, unknown>>;

async function send(
  options: ApiOptions,
  id: string,
  request: Fields,
  call: CallOptions,
): Promise<unknown> {
  const { method, path } = render(routeOf(id), request);
  return callApi(options, { method, path, body: request["body"] }, call);
}

/** One request that is ready to go out, for whoever has its address as text. */
export async function callApi(
  options: ApiOptions,
  request: { readonly method: string; readonly path: string; readonly body: unknown },
  call: CallOptions = {},
): Promise<unknown> {
  const { method, path } = request;
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  const response = await (options.fetch ?? fetch)(`${options.baseUrl}${path}`, {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(body === null ? {} : { "content-type": "application/json" }),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    ...(body === null ? {} : { body }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
  if (!response.ok) throw await readError(response);
  return response.status === 204 ? undefined : response.json();
}

function routeOf(id: string): string {
  const route = Object.entries(ROUTES).find(([name]) => name === id)?.[1];
  if (route === undefined) throw new Error(`Cannot call "${id}": the API has no such operation`);
  return route;
}

function render(
  route: string,
  request: Fields,
): { readonly method: string; readonly path: string } {
  const [method = "GET", template = "/"] = route.split(" ");
  const inPath = new Set<string>();
  const path = template.replaceAll(/\{(?<name>\w+)\}/gu, (_match, name: string) => {
    inPath.add(name);
    return encodeURIComponent(String(request[name]));
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request)) {
    if (name === "body" || inPath.has(name)) continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) query.append(name, String(item));
    }
  }
  return { method, path: query.size === 0 ? path : `${path}?${query.toString()}` };
}

async function readError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const fields = typeof body === "object" && body !== null ? new Map(Object.entries(body)) : null;
  const code: unknown = fields?.get("code");
  return new ApiError(
    response.status,
    typeof code === "string" ? code : null,
    fields?.get("detail") ?? response.statusText,
  );
}

function describeDetail(status: number, detail: unknown): string {
  if (!Array.isArray(detail)) return `The server answered ${status}`;
  return detail
    .map((issue: { readonly loc?: readonly unknown[]; readonly msg?: unknown }) => {
      return `${(issue.loc ?? []).slice(1).join(".")}: ${String(issue.msg)}`;
    })
    .join("; ");
}
