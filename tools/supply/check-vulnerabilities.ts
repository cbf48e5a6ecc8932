import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";
import { type LockedPackage, loadLockedPackages } from "./locked-packages.ts";

/** The part of an OSV record that says which versions of a package a vulnerability is in (ossf.github.io/osv-schema). */
export interface Advisory {
  readonly id: string;
  readonly summary?: string;
  readonly withdrawn?: string;
  readonly affected?: readonly Affected[];
}

interface Affected {
  readonly package?: { readonly ecosystem?: string; readonly name?: string };
  readonly versions?: readonly string[];
  readonly ranges?: readonly { readonly type: string; readonly events: readonly RangeEvent[] }[];
}

interface RangeEvent {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly last_affected?: string;
}

/** One line for each package with a known vulnerability. */
export function findVulnerabilities(
  packages: readonly LockedPackage[],
  advisories: readonly Advisory[],
): readonly string[] {
  return advisories
    .filter(({ withdrawn }) => withdrawn === undefined)
    .flatMap(({ id, summary, affected = [] }) =>
      packages
        .filter((found) => affected.some((range) => isAffected(found, range)))
        .map(({ name, version }) => `${name} ${version}: ${id} ${summary ?? ""}`.trimEnd()),
    );
}

function isAffected({ name, version }: LockedPackage, affected: Affected): boolean {
  if (affected.package?.ecosystem !== "npm" || affected.package.name !== name) return false;
  if (affected.versions?.includes(version) === true) return true;
  return (affected.ranges ?? [])
    .filter(({ type }) => type === "SEMVER")
    .some(({ events }) => isInside(version, events));
}

// Events lie in the order of their versions; the last one at or below ours decides.
function isInside(version: string, events: readonly RangeEvent[]): boolean {
  return events.reduce((isIn, { introduced, fixed, last_affected: last }) => {
    if (introduced !== undefined && (introduced === "0" || semver.gte(version, introduced))) {
      return true;
    }
    if (fixed !== undefined && semver.gte(version, fixed)) return false;
    if (last !== undefined && semver.gt(version, last)) return false;
    return isIn;
  }, false);
}

/** Reads a folder of OSV records, one JSON file each: what `all.zip` of an OSV export unpacks to. */
export function loadAdvisories(dir: string): readonly Advisory[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(dir, file), "utf8")));
}

if (import.meta.main) {
  const dir = process.env["AIRLOOM_OSV_DIR"];
  if (dir === undefined || !existsSync(dir)) {
    console.log(
      "not checked: no advisories at hand; AIRLOOM_OSV_DIR names a folder of OSV records for npm",
    );
  } else {
    const advisories = loadAdvisories(dir);
    const problems = findVulnerabilities(loadLockedPackages(), advisories);
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) process.exit(1);
    console.log(`${advisories.length} advisories, none of them about a package in use`);
  }
}
