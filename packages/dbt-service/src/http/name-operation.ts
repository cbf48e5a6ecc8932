const VERBS: Readonly<Record<string, string>> = {
  DELETE: "delete",
  GET: "read",
  PATCH: "update",
  POST: "update",
  PUT: "update",
};

/**
 * What an operation does, by its address: `POST …/jobs` is `dbt_job_create`, `POST …/runs/:run/cancel` is
 * `dbt_run_cancel`. So that an operation that is added tomorrow is named as well.
 */
export function nameOperation(method: string, path: string): string {
  const steps = path
    .replace(/^\/api\/\w+/u, "")
    .split("/")
    .filter((step) => step !== "");
  const last = steps.at(-1) ?? "";
  const owner = steps.findLast((step) => !isParameter(step) && step !== last);
  if (isParameter(last)) return nameOf(owner, VERBS[method] ?? "change");
  // `permissions` of a token are things of their own; `run` of a job is something that is done to it.
  if (last.endsWith("s")) return nameOf(last, method === "POST" ? "create" : (VERBS[method] ?? ""));
  return nameOf(owner, last);
}

function isParameter(step: string): boolean {
  return step.startsWith(":") || step === "*";
}

function nameOf(things: string | undefined, verb: string): string {
  return `dbt_${singular(things ?? "service")}_${verb}`.replaceAll("-", "_");
}

/** `repositories` is `repository`; credentials and extended attributes are never one. */
function singular(things: string): string {
  if (/^(?:credentials|extended-attributes)$/u.test(things)) return things;
  return things.replace(/ies$/u, "y").replace(/s$/u, "");
}
