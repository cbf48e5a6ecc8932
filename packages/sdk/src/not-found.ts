import { AirloomError } from "@airloom/core";

/** A variable that was asked for by `getVariableOrThrow` and is not there. */
export class VariableNotFoundError extends AirloomError {
  override readonly name = "VariableNotFoundError";

  constructor(key: string) {
    super(
      "variable.not_found",
      `Cannot find variable "${key}": add it under Admin, or set AIRLOOM_VAR_${key.toUpperCase()}`,
    );
  }
}

/** A connection that was asked for by `getConnectionOrThrow` and is not there. */
export class ConnectionNotFoundError extends AirloomError {
  override readonly name = "ConnectionNotFoundError";

  constructor(connectionId: string) {
    super(
      "connection.not_found",
      `Cannot find connection "${connectionId}": add it under Admin, or set AIRLOOM_CONN_${connectionId.toUpperCase()}`,
    );
  }
}
