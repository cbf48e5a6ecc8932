import satisfies from "spdx-satisfies";
import { type LockedPackage, loadLockedPackages } from "./locked-packages.ts";

/** What may travel with an Apache-2.0 product, or be installed beside it, without further thought. */
const ALLOWED = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "OFL-1.1",
  "PostgreSQL",
  "Unlicense",
];

/** Tools that never ship may also be under these. */
const ALLOWED_FOR_TOOLS = [...ALLOWED, "CC-BY-3.0", "MPL-2.0"];

/** Packages that ship under another licence, each with the reason why that is fine. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  elkjs: "EPL-2.0, unmodified, in a chunk of its own with its notice",
};

/** One line for each package whose licence is not allowed where it is used. */
export function findLicenceProblems(packages: readonly LockedPackage[]): readonly string[] {
  return packages
    .filter(({ name }) => !(name in EXCEPTIONS))
    .filter(({ license, isDev }) => !isAllowed(license, isDev ? ALLOWED_FOR_TOOLS : ALLOWED))
    .map(
      ({ name, version, license, isDev }) =>
        `${name} ${version} is under ${license ?? "no named licence"}, which ${isDev ? "tools" : "what ships"} may not use`,
    );
}

function isAllowed(license: string | undefined, allowed: readonly string[]): boolean {
  if (license === undefined) return false;
  try {
    return satisfies(license, [...allowed]);
  } catch {
    // Not an SPDX expression, such as "SEE LICENSE IN …": somebody has to read it first.
    return false;
  }
}

if (import.meta.main) {
  const packages = loadLockedPackages();
  const problems = findLicenceProblems(packages);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log(`${packages.length} packages, every licence allowed`);
}
