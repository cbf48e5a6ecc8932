import type { JsonRecord } from "@airloom/dbt-cloud/contract";
import { type Operation, PERMISSIONS, type PermissionGrant } from "./permission.ts";

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
  return grants.some(
    ({ permissionSet, projectId, writableCategories = ["all"] }) =>
      PERMISSIONS[permissionSet].has(operation) &&
      (projectId === null || projectId === place.projectId) &&
      (writableCategories.includes("all") || writableCategories.includes(place.category)),
  );
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

/** What is done to an environment, or to what lives in one. */
const LIMITED: ReadonlySet<Operation> = new Set([
  "environment:write",
  "env_var:write",
  "job:write",
  "job:run",
]);
