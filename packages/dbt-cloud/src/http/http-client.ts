import { setTimeout as sleep } from "node:timers/promises";
import { readRecord, readText } from "../contract/json-read.ts";
import { DEFAULT_ATTEMPTS, parseRetryAfterMs, planBackoffMs } from "./backoff.ts";
import { DbtCloudError, isTransient } from "./dbt-cloud-error.ts";
import { describeNetworkError } from "./network-error.ts";
import { readBody } from "./read-body.ts";
import type { RequestBudget } from "./request-budget.ts";

const REQUEST_DEADLINE_MS = 30_000;
const MAX_JSON_BYTES = 64 * 1024 * 1024;
const MAX_REDIRECTS = 3;

/** What a client needs to talk to one host. */
export interface HttpClientOptions {
  /** Such as `https://cloud.getdbt.com`, without a slash at the end. */
  readonly baseUrl: string;
  readonly token: string;
  readonly signal?: AbortSignal | undefined;
  readonly budget: RequestBudget;
  /** How often a request that may be tried again is tried in all. @default 11 */
  readonly maxAttempts?: number;
  /** Hears of each failed try that is followed by another. */
  readonly onRetry?: (error: DbtCloudError, waitMs: number) => void;
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
}

interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
}

/** Talks to dbt Cloud: deadlines, tries again where that is safe, and errors that say what was asked of whom. */
export class HttpClient {
  readonly #options: HttpClientOptions;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  get baseUrl(): string {
    return this.#options.baseUrl;
  }

  /** Reads JSON. Tries again after anything that may pass. */
  async getJson(request: Omit<HttpRequest, "method" | "body">): Promise<unknown> {
    return parseJson(await this.getText(request), { ...request, method: "GET" }, this.baseUrl);
  }

  /** Reads text. Tries again after anything that may pass, broken JSON too when a `.json` or an API object was asked for. */
  async getText(request: Omit<HttpRequest, "method" | "body">): Promise<string> {
    const whole: HttpRequest = { ...request, method: "GET" };
    const maxAttempts = this.#options.maxAttempts ?? DEFAULT_ATTEMPTS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const text = (await this.#send(whole)).text;
        if (expectsJson(request.path)) parseJson(text, whole, this.baseUrl);
        return text;
      } catch (error) {
        if (!(error instanceof DbtCloudError) || !isTransient(error) || attempt >= maxAttempts)
          throw error;
        const waitMs = retryAfterOf(error) ?? planBackoffMs(attempt, Math.random());
        this.#options.onRetry?.(error, waitMs);
        await this.#sleep(waitMs);
      }
    }
  }

  /**
   * Sends a change, once. Tries again only where dbt Cloud said or the network showed that nothing was done (429, not
   * reached); an unknown outcome is the caller's to look up.
   */
  async postJson(request: Omit<HttpRequest, "method">): Promise<unknown> {
    const whole: HttpRequest = { ...request, method: "POST" };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return parseJson((await this.#send(whole)).text, whole, this.baseUrl);
      } catch (error) {
        const isSafe =
          error instanceof DbtCloudError &&
          (error.status === 429 || error.failure === "not_reached");
        if (!isSafe || attempt >= (this.#options.maxAttempts ?? DEFAULT_ATTEMPTS)) throw error;
        const waitMs = retryAfterOf(error) ?? planBackoffMs(attempt, Math.random());
        this.#options.onRetry?.(error, waitMs);
        await this.#sleep(waitMs);
      }
    }
  }

  async #send(request: HttpRequest): Promise<RawAnswer> {
    await this.#sleep(this.#options.budget.take(Date.now()));
    const answer = await this.#fetch(request, buildUrl(this.baseUrl, request), MAX_REDIRECTS);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw buildError(request, this.baseUrl, answer);
  }

  async #fetch(request: HttpRequest, url: URL, redirectsLeft: number): Promise<RawAnswer> {
    const deadline = AbortSignal.timeout(request.deadlineMs ?? REQUEST_DEADLINE_MS);
    const { signal } = this.#options;
    try {
      const response = await fetch(url, {
        method: request.method,
        redirect: "manual",
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
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
        retryAfterMs: parseRetryAfterMs(response.headers.get("retry-after"), new Date()),
      };
    } catch (error) {
      if (error instanceof DbtCloudError) throw error;
      const what = `${request.method} ${url.origin}${url.pathname}`;
      if (signal?.aborted === true) {
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
    throw new DbtCloudError(
      "redirected",
      `${request.method} ${given.url.origin}${given.url.pathname} was redirected to "${location ?? ""}"; the token is not sent there: set the connection's Tenant to the host that answers itself`,
      { status: given.response.status },
    );
  }

  async #sleep(ms: number): Promise<void> {
    if (ms <= 0) return;
    const { signal } = this.#options;
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw new DbtCloudError("aborted", "The wait was called off", { cause: error });
    }
  }
}

function buildUrl(baseUrl: string, request: HttpRequest): URL {
  const url = new URL(`${baseUrl}${request.path}`);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function expectsJson(path: string): boolean {
  return !path.includes("/artifacts/") || path.endsWith(".json");
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

/** An error that carries how long dbt Cloud asked to wait. */
class RetryAfterError extends DbtCloudError {
  readonly retryAfterMs: number;

  constructor(error: DbtCloudError, retryAfterMs: number) {
    super(error.failure, error.message, error.status === null ? {} : { status: error.status });
    this.retryAfterMs = retryAfterMs;
  }
}

function retryAfterOf(error: DbtCloudError): number | undefined {
  return error instanceof RetryAfterError ? error.retryAfterMs : undefined;
}

function buildError(request: HttpRequest, baseUrl: string, answer: RawAnswer): DbtCloudError {
  const { status } = answer;
  const what = `${request.method} ${baseUrl}${request.path}`;
  const said = readUserMessage(answer.text);
  const message = `${what} answered ${status}${said === null ? "" : `: ${said}`}`;
  const error = new DbtCloudError(classify(status), message, { status });
  return answer.retryAfterMs === undefined
    ? error
    : new RetryAfterError(error, answer.retryAfterMs);
}

function classify(status: number): DbtCloudError["failure"] {
  if (status === 401) return "unauthorized";
  if (status === 403 || status === 404) return "not_found";
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
