import { DbtError } from "../error.ts";
import { matchesGlob } from "./glob.ts";
import { type NamedSelector, SELECTORS_FILE, type SelectionSpec } from "./read-selectors.ts";
import { type Chosen, chooseOne, type SelectionQuery } from "./select-nodes.ts";

type Sets = readonly ReadonlySet<string>[];

function combine(kind: "union" | "intersection" | "difference", sets: Sets): ReadonlySet<string> {
  const [first = new Set<string>(), ...rest] = sets;
  if (kind === "union") return rest.reduce((left, right) => left.union(right), first);
  if (kind === "intersection") return rest.reduce((left, right) => left.intersection(right), first);
  return rest.reduce((left, right) => left.difference(right), first);
}

/** Chooses as a definition of `selectors.yml` says, tests that wait for more of their parents included. */
export function chooseSpec(query: SelectionQuery, spec: SelectionSpec): Chosen {
  if (spec.kind === "criterion") {
    return chooseOne({ ...query, indirect: spec.indirect ?? query.indirect }, spec.criterion);
  }
  const bundles = spec.parts.map((part) => chooseSpec(query, part));
  const direct = combine(
    spec.kind,
    bundles.map((bundle) => bundle.direct),
  );
  // As in dbt, tests that waited do not join here: a set of a file counts as eager, in which none wait.
  const all = combine(
    spec.kind,
    bundles.map((bundle) => bundle.direct.union(bundle.indirect)),
  );
  return { direct, indirect: all };
}

/** What the selectors of these names, or of this pattern, choose. */
export function createNamedChoice(
  query: Omit<SelectionQuery, "named">,
  selectors: ReadonlyMap<string, NamedSelector>,
): (pattern: string) => ReadonlySet<string> {
  const open: string[] = [];
  const named = (pattern: string): ReadonlySet<string> => {
    const found = [...selectors.keys()].toSorted().filter((name) => matchesGlob(name, pattern));
    if (found.length === 0) {
      throw new DbtError(
        "Runtime",
        `Selector '${pattern}' did not match any selector in ${SELECTORS_FILE}`,
      );
    }
    const chosen = found.map((name) => {
      const selector = selectors.get(name);
      if (open.includes(name) || selector === undefined) {
        throw new DbtError("Runtime", `Circular dependency detected in selector: ${name}`);
      }
      open.push(name);
      const { direct } = chooseSpec({ ...query, named }, selector.spec);
      open.pop();
      return direct;
    });
    return combine("union", chosen);
  };
  return named;
}
