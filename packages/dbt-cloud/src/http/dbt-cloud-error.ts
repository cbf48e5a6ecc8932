/** Why a request to dbt Cloud gave nothing usable. */
export type DbtCloudFailure =
  /** The token is not, or no longer, accepted (401). */
  | "unauthorized"
  /** Missing, or not visible to this token (403, 404, 410): dbt Cloud does not tell them apart. */
  | "not_found"
  /** Asked for something it does not do (other 4xx). */
  | "refused"
  /** Nothing was sent: the host could not be reached. */
  | "not_reached"
  /** The certificate of the host is not trusted. */
  | "tls"
  /** It may or may not have been carried out: no answer, 5xx, or an answer that makes no sense. */
  | "unknown_outcome"
  /** Led to another host, where the token must not go. */
  | "redirected"
  /** The wait was called off. */
  | "aborted";

/** A request to dbt Cloud that failed, with what it asked and of whom. */
export class DbtCloudError extends Error {
  override readonly name = "DbtCloudError";
  readonly failure: DbtCloudFailure;
  /** HTTP status; null when there was none. */
  readonly status: number | null;
  /** How long dbt Cloud asked to wait before the next request; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    failure: DbtCloudFailure,
    message: string,
    options: {
      readonly status?: number | null;
      readonly retryAfterMs?: number | null;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure;
    this.status = options.status ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** True for a failure after which the request may have been carried out all the same. */
export function isAmbiguous(error: unknown): boolean {
  return error instanceof DbtCloudError && error.failure === "unknown_outcome";
}

/** True for a failure that another try may not meet again. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof DbtCloudError)) return false;
  return (
    error.failure === "unknown_outcome" || error.failure === "not_reached" || error.status === 429
  );
}
