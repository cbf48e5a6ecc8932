import { AirloomError, type Connection, type ConnectionTestResult } from "@airloom/core";
import { findConnectionType } from "@airloom/sdk";

/** Tries a connection with the tester its kind was defined with. Called in a process of its own. */
export async function callConnectionTester(
  connection: Connection,
  options: { readonly signal: AbortSignal },
): Promise<ConnectionTestResult> {
  const type = findConnectionType(connection.connType);
  if (type?.test !== undefined) return type.test(connection, options);
  throw new AirloomError(
    "connection.bad_value",
    `Cannot test connections of kind "${connection.connType}": nothing that is installed knows how`,
  );
}
