import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findVulnerabilities, loadAdvisories } from "./check-vulnerabilities.ts";
import type { LockedPackage } from "./locked-packages.ts";

function locked(version: string, name = "left-pad"): readonly LockedPackage[] {
  return [{ name, version, license: "MIT", isDev: false }];
}

const ADVISORY = {
  id: "GHSA-xxxx",
  summary: "pads too far",
  affected: [
    {
      package: { ecosystem: "npm", name: "left-pad" },
      ranges: [
        { type: "SEMVER", events: [{ introduced: "1.2.0" }, { fixed: "1.2.5" }] },
        { type: "SEMVER", events: [{ introduced: "2.0.0-0" }, { last_affected: "2.1.0" }] },
      ],
      versions: ["0.9.0"],
    },
  ],
};

describe("findVulnerabilities()", () => {
  test.each(["0.9.0", "1.2.0", "1.2.4", "2.0.0", "2.1.0"])("names version %s", (version) => {
    expect(findVulnerabilities(locked(version), [ADVISORY])).toEqual([
      `left-pad ${version}: GHSA-xxxx pads too far`,
    ]);
  });

  test.each(["0.9.1", "1.1.9", "1.2.5", "2.1.1"])("leaves version %s alone", (version) => {
    expect(findVulnerabilities(locked(version), [ADVISORY])).toEqual([]);
  });

  test("asks for the very package, and takes no notice of what was withdrawn", () => {
    expect(findVulnerabilities(locked("1.2.0", "right-pad"), [ADVISORY])).toEqual([]);
    const withdrawn = { ...ADVISORY, withdrawn: "2026-01-01T00:00:00Z" };
    expect(findVulnerabilities(locked("1.2.0"), [withdrawn])).toEqual([]);
  });

  test("reads a folder of records", () => {
    const dir = mkdtempSync(join(tmpdir(), "airloom-osv-"));
    try {
      writeFileSync(join(dir, "GHSA-xxxx.json"), JSON.stringify(ADVISORY));
      writeFileSync(join(dir, "README.txt"), "not a record");
      expect(loadAdvisories(dir)).toEqual([ADVISORY]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
