import { isRecord, readArray, readText } from "../contract/json-read.ts";
import { DbtCloudError } from "./dbt-cloud-error.ts";

/** Codes that mean: no connection, so nothing was sent. */
const NOT_REACHED: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "EADDRNOTAVAIL",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** What `fetch` threw, in words, with whether the request can have been carried out. */
export function describeNetworkError(
  what: string,
  error: unknown,
  isPastDeadline: boolean,
): DbtCloudError {
  const code = findCode(error) ?? "";
  if (isPastDeadline) {
    return new DbtCloudError("unknown_outcome", `${what} did not answer in time`, { cause: error });
  }
  if (NOT_REACHED.has(code)) {
    return new DbtCloudError("not_reached", `${what} could not be reached: ${code}`, {
      cause: error,
    });
  }
  if (/CERT|SELF_SIGNED|TLS|UNABLE_TO_/u.test(code)) {
    return new DbtCloudError(
      "tls",
      `${what} was not sent: the certificate of the host is not trusted (${code}); give its authority in NODE_EXTRA_CA_CERTS`,
      { cause: error },
    );
  }
  const reason = code === "" ? findMessage(error) : code;
  return new DbtCloudError("unknown_outcome", `${what} broke off: ${reason}`, { cause: error });
}

// Node hides the reason in `cause`, and that of several addresses in `errors`.
function findCode(error: unknown): string | undefined {
  if (!isRecord(error)) return undefined;
  const code = readText(error["code"]);
  if (code !== null) return code;
  const [first] = readArray(error["errors"]);
  return findCode(first ?? error["cause"]);
}

function findMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
