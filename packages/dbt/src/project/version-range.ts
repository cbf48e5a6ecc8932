const COMPARISON = /^\s*(?<operator>>=|<=|>|<|=|==)?\s*v?(?<version>\d+(?:\.\d+){0,2})/u;

function partsOf(version: string): readonly number[] {
  return version.split(".").map(Number);
}

function compare(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)];
  for (const index of [0, 1, 2]) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function accepts(version: string, requirement: string): boolean {
  const groups = COMPARISON.exec(requirement)?.groups;
  if (groups === undefined) return true;
  const order = compare(version, groups["version"] ?? "0");
  switch (groups["operator"]) {
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    default:
      return order === 0;
  }
}

/** Whether a version meets all of `require-dbt-version`. */
export function isVersionAccepted(version: string, requirements: readonly string[]): boolean {
  return requirements
    .flatMap((requirement) => requirement.split(","))
    .every((requirement) => accepts(version, requirement));
}
