/** The bundles of rights that this page gives, the narrowest first, each with what it is for. */
export const PERMISSION_SETS = [
  { set: "job_viewer", hint: "reads jobs, runs, logs and artifacts" },
  { set: "job_runner", hint: "also starts and cancels runs" },
  {
    set: "job_admin",
    hint: "also makes and changes jobs and environments: what the dbt Cloud provider needs",
  },
  { set: "account_viewer", hint: "reads everything, but no secret" },
  { set: "account_admin", hint: "may do everything, also make tokens" },
] as const;

/** dbt Cloud's word for a bundle of rights as people read it: `Job Admin`. */
export function renderPermissionSet(set: string): string {
  return set
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}
