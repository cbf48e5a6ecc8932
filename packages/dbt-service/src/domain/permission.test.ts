import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isInScope,
  listExcess,
  OPERATIONS,
  type Operation,
  PERMISSION_SETS,
  type PermissionGrant,
  resolveScope,
} from "./permission.ts";

const PROJECTS = [1, 2, null] as const;
const anyGrant = fc.record({
  permissionSet: fc.constantFrom(...PERMISSION_SETS),
  projectId: fc.constantFrom(...PROJECTS),
});

function allows(
  grants: readonly PermissionGrant[],
  operation: Operation,
  projectId: number | null,
): boolean {
  const scope = resolveScope(grants, operation);
  return scope !== undefined && isInScope(scope, projectId);
}

test("listExcess() is empty exactly where a grant gives nothing that is not there already", () => {
  fc.assert(
    fc.property(fc.array(anyGrant, { maxLength: 4 }), anyGrant, (grants, wanted) => {
      const gained = OPERATIONS.some((operation) =>
        PROJECTS.some(
          (projectId) =>
            allows([wanted], operation, projectId) && !allows(grants, operation, projectId),
        ),
      );
      expect(listExcess(grants, wanted).length > 0).toBe(gained);
      expect(listExcess([...grants, wanted], wanted)).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test("a grant for one project allows nothing that touches the whole account", () => {
  const grants = [{ permissionSet: "account_admin", projectId: 1 }] as const;
  expect(OPERATIONS.filter((operation) => resolveScope(grants, operation) === undefined)).toEqual([
    "account:write",
    "token:read",
    "token:write",
  ]);
});
