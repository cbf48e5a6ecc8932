/**
 * Every failure Airloom raises on purpose carries one of these codes.
 *
 * The part before the dot names the subject; the server maps codes to HTTP status.
 */
export type ErrorCode =
  | "auth.busy"
  | "auth.forbidden"
  | "auth.too_many"
  | "auth.unauthorized"
  | "connection.bad_value"
  | "connection.not_found"
  | "connection.out_of_scope"
  | "dag.bad_id"
  | "dag.bad_spec"
  | "dag.cycle"
  | "dag.duplicate"
  | "dag.import_failed"
  | "dag.not_found"
  | "database.locked"
  | "database.newer"
  | "database.unavailable"
  | "environment.not_running"
  | "input.invalid"
  | "pool.bad_value"
  | "pool.not_found"
  | "port.taken"
  | "project.bad_config"
  | "project.exists"
  | "project.not_found"
  | "run.bad_id"
  | "run.conflict"
  | "run.date_taken"
  | "run.not_found"
  | "schedule.bad_value"
  | "secret.unreadable"
  | "task.not_found"
  | "task.running"
  | "template.failed"
  | "timeout"
  | "trigger.failed"
  | "user.conflict"
  | "user.last_admin"
  | "user.not_found"
  | "variable.bad_value"
  | "variable.not_found"
  | "xcom.not_found"
  | "xcom.too_large";

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(["database.unavailable", "timeout"]);

/**
 * A failure with a stable code that callers may branch on.
 *
 * Messages are for people and may change between releases; codes do not.
 */
export class AirloomError extends Error {
  override readonly name: string = "AirloomError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly details?: Readonly<Record<string, string | number | boolean | null>>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}
