import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  GRANT_ROLES,
  type Grant,
  type GrantRole,
  isAtLeast,
  isRestricted,
  judgeDagAccess,
  namesDag,
} from "./dag-access.ts";
import { ROLES } from "./ports/access-store.ts";

const DAG = { dagId: "sales_daily", tags: ["finance", "daily"] };
const anyRole = fc.constantFrom(...ROLES);
const anyName = fc.constantFrom(
  "sales_daily",
  "sales_*",
  "*_daily",
  "*",
  "tag:finance",
  "tag:other",
  "other",
);
const anyGrant: fc.Arbitrary<Grant> = fc.record({
  dags: anyName,
  role: fc.constantFrom(...GRANT_ROLES),
});
const anyUser = fc.record({ role: anyRole, grants: fc.array(anyGrant, { maxLength: 6 }) });

describe("judgeDagAccess()", () => {
  test.each<[string, readonly Grant[], GrantRole]>([
    ["no grant leaves the role", [], "viewer"],
    ["a Dag is hidden", [{ dags: "sales_daily", role: "none" }], "none"],
    ["a Dag is raised", [{ dags: "sales_daily", role: "editor" }], "editor"],
    ["a pattern fits", [{ dags: "sales_*", role: "editor" }], "editor"],
    ["a tag fits", [{ dags: "tag:finance", role: "admin" }], "admin"],
    ["another Dag's grant is none of its", [{ dags: "other", role: "none" }], "viewer"],
    [
      "an id beats a pattern",
      [
        { dags: "*", role: "none" },
        { dags: "sales_daily", role: "viewer" },
      ],
      "viewer",
    ],
    [
      "a pattern beats a tag",
      [
        { dags: "tag:finance", role: "none" },
        { dags: "sales_*", role: "editor" },
      ],
      "editor",
    ],
    [
      "the least of equals holds",
      [
        { dags: "sales_*", role: "editor" },
        { dags: "*_daily", role: "none" },
      ],
      "none",
    ],
  ])("%s", (_name, grants, role) => {
    expect(judgeDagAccess({ role: "viewer", grants }, DAG)).toBe(role);
  });

  test("never holds back an admin", () => {
    fc.assert(
      fc.property(fc.array(anyGrant), (grants) => {
        expect(judgeDagAccess({ role: "admin", grants }, DAG)).toBe("admin");
      }),
    );
  });

  test("does not depend on the order of grants, nor on one that is there twice", () => {
    fc.assert(
      fc.property(anyUser, (user) => {
        const turned = { ...user, grants: [...user.grants, ...user.grants].toReversed() };
        expect(judgeDagAccess(turned, DAG)).toBe(judgeDagAccess(user, DAG));
      }),
    );
  });

  test("gives what the role or some grant that names the Dag gives", () => {
    fc.assert(
      fc.property(anyUser, (user) => {
        const judged = judgeDagAccess(user, DAG);
        const fitting = user.grants
          .filter(({ dags }) => namesDag(dags, DAG))
          .map(({ role }) => role);
        expect([user.role, ...fitting]).toContain(judged);
        if (fitting.length === 0) expect(judged).toBe(user.role);
        expect(isAtLeast(judged, "none")).toBe(true);
        if (!isRestricted(user)) expect(judged).toBe(user.role);
      }),
    );
  });

  test("one more restriction of the Dag itself never raises", () => {
    fc.assert(
      fc.property(anyUser, (user) => {
        fc.pre(user.role !== "admin");
        const grants = [...user.grants, { dags: DAG.dagId, role: "none" } as const];
        expect(judgeDagAccess({ ...user, grants }, DAG)).toBe("none");
      }),
    );
  });
});

describe("namesDag()", () => {
  test("a pattern fits as the same pattern of a regular expression does", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 6 });
    const ids = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
    fc.assert(
      fc.property(letters, ids, (name, dagId) => {
        const expected = new RegExp(`^${name.replaceAll("*", ".*")}$`, "u").test(dagId);
        expect(namesDag(name, { dagId, tags: [] })).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
