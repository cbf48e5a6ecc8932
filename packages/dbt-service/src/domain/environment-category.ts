import type { JsonRecord } from "@airloom/dbt-cloud/contract";
import { isAllowed, type Operation, PERMISSIONS, type PermissionGrant } from "./permission.ts";

/** Kinds of environments that a right to write can be narrowed to. */
export const CATEGORIES = ["all", "development", "staging", "production", "other"] as const;

/** One kind of environments, or all of them. */
export type Category = (typeof CATEGORIES)[number];

/** The kind an environment is of. */
export function findCategory(environment: JsonRecord): Category {
  if (environment["type"] === "development") return "development";
  const type = environment["deployment_type"];
  return type === "staging" || type === "production" ? type : "other";
}

/** Whether `grants` allow a writing operation in environments of that kind in a project. */
export function mayWrite(
  grants: readonly PermissionGrant[],
  operation: Operation,
  place: { readonly projectId: number | null; readonly category: Category },
): boolean {
  const reaching = grants.filter(({ writableCategories = ["all"] }) =>
    ["all" as const, place.category].some((category) => writableCategories.includes(category)),
  );
  return isAllowed(reaching, operation, place.projectId);
}

/** Kinds of environments that `wanted` may write to in its project and none of `grants` may. */
export function listExcessCategories(
  grants: readonly PermissionGrant[],
  wanted: PermissionGrant,
): readonly Category[] {
  const asked = wanted.writableCategories ?? ["all"];
  const writing = [...PERMISSIONS[wanted.permissionSet]].filter((one) => LIMITED.has(one));
  const { projectId } = wanted;
  return asked.filter((category) =>
    writing.some((operation) => !mayWrite(grants, operation, { projectId, category })),
  );
}

/** What is done to an environment, to what it consists of, or to what lives in one. */
const LIMITED: ReadonlySet<Operation> = new Set([
  "project:write",
  "environment:write",
  "connection:write",
  "credentials:write",
  "repository:write",
  "env_var:write",
  "job:write",
  "job:run",
  "run:cancel",
]);
