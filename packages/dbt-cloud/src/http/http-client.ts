import { readRecord, readText } from "../contract/json-read.ts";
import { parseRetryAfterMs, planBackoffMs } from "./backoff.ts";
import { DbtCloudError, isTransient } from "./dbt-cloud-error.ts";
import { describeNetworkError } from "./network-error.ts";
import { readBody } from "./read-body.ts";
import type { RequestBudget } from "./request-budget.ts";
import type { Timing } from "./timing.ts";

const REQUEST_DEADLINE_MS = 30_000;
const MAX_JSON_BYTES = 64 * 1024 * 1024;
const MAX_REDIRECTS = 3;

/** Header under which a request names what it must not do twice. */
export const IDEMPOTENCY_KEY = "idempotency-key";

/** What a client needs to talk to one host. */
export interface HttpClientOptions {
  /** Such as `https://cloud.getdbt.com`, without a slash at the end. */
  readonly baseUrl: string;
  readonly token: string;
  readonly signal?: AbortSignal | undefined;
  readonly budget: RequestBudget;
  /** For how many seconds an outage is waited out; 0 asks once. */
  readonly patienceS: number;
  readonly timing: Timing;
  /** Hears of the first failure of an outage that is waited out. */
  readonly onRetry?: ((error: DbtCloudError) => void) | undefined;
}

/** One request. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Begins with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes?: number;
  readonly deadlineMs?: number;
  /** Not aborted when the work is called off: what it starts must become known. */
  readonly outlivesAbort?: boolean;
}

interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** The key of the request as the server gave it back: only one that keeps keys does. */
  readonly echoedKey: string | null;
  readonly retryAfterMs: number | undefined;
}

/** What was read, and whether its server keeps idempotency keys. */
export interface JsonAnswer {
  readonly body: unknown;
  readonly keepsKeys: boolean;
}

/** Talks to dbt Cloud: deadlines, patience where asking again is safe, and errors that say what was asked of whom. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  /** Since when nothing usable has come, whichever request it was for. */
  #failingSinceMs: number | undefined;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  get baseUrl(): string {
    return this.#options.baseUrl;
  }

  /** The same, with another patience. */
  withPatience(patienceS: number): HttpClient {
    return new HttpClient({ ...this.#options, patienceS });
  }

  /** Reads JSON. Waits out what may pass. */
  async getJson(request: Omit<HttpRequest, "method" | "body">): Promise<unknown> {
    return (await this.getAnswer(request)).body;
  }

  /** Reads JSON, and whether the server keeps the idempotency key among the headers. */
  async getAnswer(request: Omit<HttpRequest, "method" | "body">): Promise<JsonAnswer> {
    const whole: HttpRequest = { ...request, method: "GET" };
    return this.#persist(isTransient, async () => {
      const { text, echoedKey } = await this.#send(whole);
      const key = request.headers?.[IDEMPOTENCY_KEY];
      return {
        body: parseJson(text, whole, this.baseUrl),
        keepsKeys: key !== undefined && echoedKey === key,
      };
    });
  }

  /** Reads text. Waits out what may pass, broken JSON too when a `.json` was asked for. */
  async getText(request: Omit<HttpRequest, "method" | "body">): Promise<string> {
    const whole: HttpRequest = { ...request, method: "GET" };
    return this.#persist(isTransient, async () => {
      const { text } = await this.#send(whole);
      if (request.path.endsWith(".json")) parseJson(text, whole, this.baseUrl);
      return text;
    });
  }

  /**
   * Sends a change, once. Tries again only where dbt Cloud said or the network showed that nothing was done (429, not
   * reached); an unknown outcome is the caller's to look up.
   */
  async postJson(request: Omit<HttpRequest, "method">): Promise<unknown> {
    const whole: HttpRequest = { ...request, method: "POST" };
    return this.#persist(wasNotDone, async () =>
      parseJson((await this.#send(whole)).text, whole, this.baseUrl),
    );
  }

  async #persist<T>(mayPass: (error: DbtCloudError) => boolean, ask: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await ask();
        this.#failingSinceMs = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof DbtCloudError)) throw error;
        if (!mayPass(error)) {
          this.#failingSinceMs = undefined;
          throw error;
        }
        await this.#waitOut(error, attempt);
      }
    }
  }

  /** Throws the error once patience is used up. The last try is made right then. */
  async #waitOut(error: DbtCloudError, attempt: number): Promise<void> {
    const { patienceS, onRetry, timing } = this.#options;
    const nowMs = timing.now().getTime();
    if (this.#failingSinceMs === undefined && patienceS > 0) onRetry?.(error);
    this.#failingSinceMs ??= nowMs;
    const leftMs = this.#failingSinceMs + patienceS * 1_000 - nowMs;
    if (leftMs <= 0) throw patienceS > 0 ? outOfPatience(error, patienceS) : error;
    const waitMs = Math.max(planBackoffMs(attempt, Math.random()), error.retryAfterMs ?? 0);
    await this.#sleep(Math.min(waitMs, leftMs));
  }

  async #send(request: HttpRequest): Promise<RawAnswer> {
    // A clock that somebody sets back must not make everybody wait.
    await this.#sleep(this.#options.budget.take(performance.now()));
    if (this.#options.signal?.aborted === true) {
      throw new DbtCloudError("aborted", `${request.method} ${request.path} was called off`);
    }
    const answer = await this.#fetch(request, buildUrl(this.baseUrl, request), MAX_REDIRECTS);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw buildError(request, this.baseUrl, answer);
  }

  async #fetch(request: HttpRequest, url: URL, redirectsLeft: number): Promise<RawAnswer> {
    const { signal, timing } = this.#options;
    const deadline = AbortSignal.timeout(
      timing.requestDeadlineMs ?? request.deadlineMs ?? REQUEST_DEADLINE_MS,
    );
    try {
      const response = await fetch(url, {
        method: request.method,
        redirect: "manual",
        signal:
          signal === undefined || request.outlivesAbort === true
            ? deadline
            : AbortSignal.any([deadline, signal]),
        headers: {
          authorization: `Token ${this.#options.token}`,
          accept: "application/json",
          "user-agent": "airloom",
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          ...request.headers,
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        return await this.#follow(request, { response, url, redirectsLeft });
      }
      return {
        status: response.status,
        text: await readBody(response, request.maxBytes ?? MAX_JSON_BYTES),
        echoedKey: response.headers.get(IDEMPOTENCY_KEY),
        retryAfterMs: parseRetryAfterMs(response.headers.get("retry-after"), new Date()),
      };
    } catch (error) {
      if (error instanceof DbtCloudError) throw error;
      const what = `${request.method} ${url.origin}${url.pathname}`;
      if (signal?.aborted === true && request.outlivesAbort !== true) {
        throw new DbtCloudError("aborted", `${what} was called off`, { cause: error });
      }
      throw describeNetworkError(what, error, deadline.aborted);
    }
  }

  // A token is for the host it was given for: it never follows to another, and a change never follows at all.
  async #follow(
    request: HttpRequest,
    given: { readonly response: Response; readonly url: URL; readonly redirectsLeft: number },
  ): Promise<RawAnswer> {
    const location = given.response.headers.get("location");
    const target = location === null ? null : URL.parse(location, given.url.href);
    const isSafe =
      target?.origin === given.url.origin && request.method === "GET" && given.redirectsLeft > 0;
    if (target !== null && isSafe) return this.#fetch(request, target, given.redirectsLeft - 1);
    // A server sends "See Other" after it has done what was asked.
    const isDone = given.response.status === 303 && request.method === "POST";
    throw new DbtCloudError(
      isDone ? "unknown_outcome" : "redirected",
      `${request.method} ${given.url.origin}${given.url.pathname} was redirected to "${location ?? ""}"; the token is not sent there: set the connection's Tenant to the host that answers itself`,
      { status: given.response.status },
    );
  }

  async #sleep(ms: number): Promise<void> {
    if (ms <= 0) return;
    try {
      await this.#options.timing.sleep(ms / 1_000);
    } catch (error) {
      throw new DbtCloudError("aborted", "The wait was called off", { cause: error });
    }
  }
}

/** True where nothing was carried out, so that asking again is safe for a change too. */
function wasNotDone(error: DbtCloudError): boolean {
  return error.status === 429 || error.failure === "not_reached";
}

function outOfPatience(error: DbtCloudError, patienceS: number): DbtCloudError {
  const { failure, message, status, retryAfterMs } = error;
  return new DbtCloudError(
    failure,
    `dbt Cloud gave no usable answer for ${patienceS} s, the patience of this task: ${message}`,
    { status, retryAfterMs, cause: error },
  );
}

function buildUrl(baseUrl: string, request: HttpRequest): URL {
  const url = new URL(`${baseUrl}${request.path}`);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function parseJson(text: string, request: HttpRequest, baseUrl: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const kind = /^\s*</u.test(text) ? "an HTML page" : text === "" ? "nothing" : "broken JSON";
    throw new DbtCloudError(
      "unknown_outcome",
      `${request.method} ${baseUrl}${request.path} answered ${kind} where JSON was expected`,
      { status: 200, cause: error },
    );
  }
}

function buildError(request: HttpRequest, baseUrl: string, answer: RawAnswer): DbtCloudError {
  const { status } = answer;
  const what = `${request.method} ${baseUrl}${request.path}`;
  const said = readUserMessage(answer.text);
  const message = `${what} answered ${status}${said === null ? "" : `: ${said}`}`;
  return new DbtCloudError(classify(status), message, {
    status,
    retryAfterMs: answer.retryAfterMs ?? null,
  });
}

function classify(status: number): DbtCloudError["failure"] {
  if (status === 401) return "unauthorized";
  if (status === 403 || status === 404 || status === 410) return "not_found";
  return status >= 500 || status === 408 ? "unknown_outcome" : "refused";
}

function readUserMessage(text: string): string | null {
  try {
    return readText(readRecord(readRecord(JSON.parse(text))["status"])["user_message"]);
  } catch {
    // An HTML page or nothing: the status says enough.
    return null;
  }
}
