const PASSED = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SYSTEMROOT",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
]);

const PLATFORM =
  /^(?:AIRLOOM_(?!PROJECT_DIR$)|AIRFLOW__|NODE_OPTIONS$|NODE_CHANNEL|DATABASE_URL$)/u;

/** Marks every process that stems from one child, so that detached ones are found again. */
export const TAG_VARIABLE = "AIRLOOM_PROCESS_TAG";

/**
 * The environment of a process that runs user code: what any program needs, and what the project gives its tasks.
 *
 * Database address, keys and connections of the platform never pass, even when the project's own file has them.
 */
export function makeProcessEnv(
  own: Readonly<Record<string, string | undefined>>,
  project: Readonly<Record<string, string>>,
): Record<string, string> {
  const passed = Object.entries(own).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isPassed(entry[0]),
  );
  const given = Object.entries(project).filter(([name]) => !PLATFORM.test(name));
  return Object.fromEntries([...passed, ...given]);
}

function isPassed(name: string): boolean {
  return PASSED.has(name.toUpperCase()) || name.startsWith("LC_");
}
