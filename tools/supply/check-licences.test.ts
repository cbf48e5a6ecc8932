import { describe, expect, test } from "vitest";
import { findLicenceProblems } from "./check-licences.ts";
import { loadLockedPackages, parseLock } from "./locked-packages.ts";

function lockOf(license: string | undefined, isDev = false) {
  return parseLock(
    JSON.stringify({
      packages: {
        "": { version: "1.0.0", license: "UNLICENSED" },
        "packages/own": { version: "1.0.0" },
        "node_modules/own": { link: true },
        "node_modules/a/node_modules/@scope/b": { version: "2.0.0", license, dev: isDev },
      },
    }),
  );
}

describe("findLicenceProblems()", () => {
  test("finds nothing in the repository's own lock file", () => {
    const packages = loadLockedPackages();
    expect(packages.length).toBeGreaterThan(100);
    expect(findLicenceProblems(packages)).toEqual([]);
  });

  test.each(["MIT", "(GPL-3.0-only OR MIT)", "Apache-2.0 AND ISC"])("allows %s", (license) => {
    expect(findLicenceProblems(lockOf(license))).toEqual([]);
  });

  test.each(["GPL-3.0-only", "MIT AND AGPL-3.0-only", "SEE LICENSE IN LICENSE", undefined])(
    "names a package under %s",
    (license) => {
      const [problem] = findLicenceProblems(lockOf(license));
      expect(problem).toContain("@scope/b 2.0.0 is under");
    },
  );

  test("allows MPL-2.0 to tools alone", () => {
    expect(findLicenceProblems(lockOf("MPL-2.0", true))).toEqual([]);
    expect(findLicenceProblems(lockOf("MPL-2.0"))).toHaveLength(1);
  });
});
