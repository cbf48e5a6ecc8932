/** A request that is answered with one of dbt Cloud's error envelopes. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** After how many seconds it is worth asking again; null where it is not. */
  readonly retryAfterS: number | null;

  constructor(status: number, message: string, retryAfterS: number | null = null) {
    super(message);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/**
 * The answer for what is missing and for what may not be seen: dbt Cloud says the same of both, so that nobody
 * learns what exists.
 */
export function notFound(): ApiError {
  return new ApiError(
    404,
    "The requested resource was not found. Please check that you have the proper permissions.",
  );
}

/** The same answer where the caller lacks the right for the whole operation: only the audit log tells them apart. */
export class NotPermitted extends ApiError {
  constructor() {
    super(404, notFound().message);
  }
}
