import type { Category } from "./environment-category.ts";

/** dbt Cloud's names for bundles of rights that this service knows. */
export const PERMISSION_SETS = [
  "account_admin",
  "account_viewer",
  "admin",
  "analyst",
  "database_admin",
  "developer",
  "git_admin",
  "job_admin",
  "job_creator",
  "job_runner",
  "job_viewer",
  "member",
  "metadata_only",
  "notification_manager",
  "owner",
  "project_creator",
  "readonly",
  "security_admin",
  "semantic_layer_only",
  "stakeholder",
  "team_admin",
  "webhooks_only",
] as const;

/** A bundle of rights a service token or a person holds. */
export type PermissionSet = (typeof PERMISSION_SETS)[number];

/** What can be allowed or refused: a kind of thing and what is done to it. */
export const OPERATIONS = [
  "account:read",
  "account:write",
  "project:read",
  "project:write",
  "environment:read",
  "environment:write",
  "connection:read",
  "connection:write",
  "credentials:read",
  "credentials:write",
  "repository:read",
  "repository:write",
  "env_var:read",
  "env_var:write",
  "job:read",
  "job:write",
  "job:run",
  "run:read",
  "run:cancel",
  "artifact:read",
  "notification:read",
  "notification:write",
  "token:read",
  "token:write",
  "user:read",
] as const;

/** One thing that can be allowed or refused. */
export type Operation = (typeof OPERATIONS)[number];

const READ_PROJECT = [
  "account:read",
  "project:read",
  "environment:read",
  "repository:read",
  "connection:read",
] as const satisfies readonly Operation[];
const READ_RUNS = ["job:read", "run:read", "artifact:read"] as const satisfies readonly Operation[];
const OPERATE = ["job:run", "run:cancel"] as const satisfies readonly Operation[];
const READ_ALL = OPERATIONS.filter((operation) => operation.endsWith(":read"));
const BUILD_PROJECT = [
  ...READ_PROJECT,
  ...READ_RUNS,
  ...OPERATE,
  "project:write",
  "environment:write",
  "connection:write",
  "credentials:read",
  "credentials:write",
  "repository:write",
  "env_var:read",
  "env_var:write",
  "job:write",
  "notification:read",
  "notification:write",
  "user:read",
] as const satisfies readonly Operation[];
const ADMINISTER_JOBS = [
  ...READ_PROJECT,
  ...READ_RUNS,
  ...OPERATE,
  "job:write",
  "credentials:read",
  "environment:write",
  "env_var:read",
  "env_var:write",
  "notification:read",
  "user:read",
] as const satisfies readonly Operation[];
const VIEW_JOBS = [...READ_PROJECT, ...READ_RUNS] as const;

/** Which operations each permission set allows, in the projects it is granted for. */
export const PERMISSIONS: Readonly<Record<PermissionSet, ReadonlySet<Operation>>> = {
  account_admin: new Set(OPERATIONS),
  owner: new Set(OPERATIONS),
  account_viewer: new Set(READ_ALL),
  admin: new Set(BUILD_PROJECT),
  team_admin: new Set(BUILD_PROJECT),
  developer: new Set([...VIEW_JOBS, ...OPERATE, "env_var:read", "job:write"]),
  member: new Set(BUILD_PROJECT),
  analyst: new Set([...VIEW_JOBS, "env_var:read"]),
  database_admin: new Set([
    ...VIEW_JOBS,
    "connection:write",
    "credentials:read",
    "credentials:write",
  ]),
  git_admin: new Set([...VIEW_JOBS, "repository:write"]),
  job_admin: new Set(ADMINISTER_JOBS),
  job_creator: new Set([...VIEW_JOBS, ...OPERATE, "job:write", "env_var:read"]),
  job_runner: new Set([...VIEW_JOBS, ...OPERATE]),
  job_viewer: new Set(VIEW_JOBS),
  project_creator: new Set([...READ_PROJECT, "project:write"]),
  security_admin: new Set(["account:read", "token:read", "token:write", "user:read"]),
  notification_manager: new Set([...VIEW_JOBS, "notification:read", "notification:write"]),
  stakeholder: new Set(VIEW_JOBS),
  readonly: new Set(VIEW_JOBS),
  metadata_only: new Set(["account:read"]),
  semantic_layer_only: new Set(["account:read"]),
  webhooks_only: new Set(["account:read"]),
};

/** One right of a token: a permission set, in one project or (null) in all of them. */
export interface PermissionGrant {
  readonly permissionSet: PermissionSet;
  readonly projectId: number | null;
  /** Kinds of environments it may write to. @default ["all"] */
  readonly writableCategories?: readonly Category[];
}

/** The projects an operation is allowed in. */
export type Scope =
  | { readonly kind: "all" }
  | { readonly kind: "projects"; readonly ids: readonly number[] };

/** What touches the account as a whole: a grant for some of its projects does not allow it. */
const ACCOUNT_WIDE = new Set<Operation>(["account:write", "token:read", "token:write"]);

/** Where `grants` allow `operation`; `undefined` where nowhere. */
export function resolveScope(
  grants: readonly PermissionGrant[],
  operation: Operation,
): Scope | undefined {
  const allowing = grants.filter((grant) => PERMISSIONS[grant.permissionSet].has(operation));
  const ids = allowing.flatMap((grant) => (grant.projectId === null ? [] : [grant.projectId]));
  if (ids.length < allowing.length) return { kind: "all" };
  return ids.length === 0 || ACCOUNT_WIDE.has(operation) ? undefined : { kind: "projects", ids };
}

/** Whether `grants` allow `operation` in a project; what belongs to no project (null) needs it in all of them. */
export function isAllowed(
  grants: readonly PermissionGrant[],
  operation: Operation,
  projectId: number | null,
): boolean {
  const scope = resolveScope(grants, operation);
  return scope !== undefined && isInScope(scope, projectId);
}

/** What `wanted` would allow beyond what `grants` do, in the order of the alphabet. */
export function listExcess(
  grants: readonly PermissionGrant[],
  wanted: PermissionGrant,
): readonly Operation[] {
  return [...PERMISSIONS[wanted.permissionSet]].toSorted().filter((operation) => {
    const isGiven = resolveScope([wanted], operation) !== undefined;
    return isGiven && !isAllowed(grants, operation, wanted.projectId);
  });
}

/** Everything that `grants` allow in some project, in the order of the alphabet. */
export function listOperations(grants: readonly PermissionGrant[]): readonly Operation[] {
  return OPERATIONS.filter((operation) => resolveScope(grants, operation) !== undefined).toSorted();
}

/** True when the scope covers a project; things without a project (null) need all of them. */
export function isInScope(scope: Scope, projectId: number | null): boolean {
  return scope.kind === "all" || (projectId !== null && scope.ids.includes(projectId));
}

/** True for a permission set this service knows. */
export function isPermissionSet(text: unknown): text is PermissionSet {
  return PERMISSION_SETS.some((known) => known === text);
}
