import fc from "fast-check";
import { expect, test } from "vitest";
import { CATEGORIES, mayWrite } from "./environment-category.ts";
import {
  isAllowed,
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

test("isAllowed() is what one of the grants allows by itself: several together allow no more, of any kind of environment", () => {
  const anyLimited = fc.record({
    permissionSet: fc.constantFrom(...PERMISSION_SETS),
    projectId: fc.constantFrom(...PROJECTS),
    writableCategories: fc.subarray([...CATEGORIES], { minLength: 1 }),
  });
  fc.assert(
    fc.property(
      fc.array(anyLimited, { maxLength: 4 }),
      fc.constantFrom(...OPERATIONS),
      fc.constantFrom(...PROJECTS),
      fc.constantFrom(...CATEGORIES),
      (grants, operation, projectId, category) => {
        const place = { projectId, category };
        const one = (grant: PermissionGrant) => isAllowed([grant], operation, projectId);
        expect(isAllowed(grants, operation, projectId)).toBe(grants.some(one));
        expect(mayWrite(grants, operation, place)).toBe(
          grants.some(
            (grant) =>
              one(grant) &&
              grant.writableCategories.some((known) => known === "all" || known === category),
          ),
        );
      },
    ),
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
