import type { ResourceType } from "../artifacts/manifest.ts";
import { DbtError } from "../error.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { chooseSpec, createNamedChoice } from "../select/choose-spec.ts";
import { parseSelector } from "../select/parse-criterion.ts";
import { defaultOf, type NamedSelector } from "../select/read-selectors.ts";
import {
  findUnmatched,
  type IndirectSelection,
  type SelectionQuery,
  selectNodes,
} from "../select/select-nodes.ts";
import { selectablesOf } from "../select/selectable.ts";
import { renderHint } from "../text/did-you-mean.ts";
import type { Invocation } from "./invocation.ts";

function indirectOf(text: string | undefined): IndirectSelection {
  if (text === "cautious" || text === "buildable" || text === "empty") return text;
  return "eager";
}

/** The kinds of resources that a command can choose, and those it chooses when none is named. */
export interface ChoosableTypes {
  readonly all: readonly ResourceType[];
  readonly usual: readonly ResourceType[];
}

function allowedTypes(invocation: Invocation, types: ChoosableTypes): ReadonlySet<string> {
  const { settings } = invocation;
  const wanted = settings.texts("resource_types").flatMap((text) => text.split(/\s+/u));
  const unwanted = new Set(
    settings.texts("exclude_resource_types").flatMap((text) => text.split(/\s+/u)),
  );
  const isDefault = wanted.length === 0 || wanted.includes("default");
  const isWanted = (type: ResourceType): boolean =>
    wanted.includes("all") || wanted.includes(type) || (isDefault && types.usual.includes(type));
  return new Set(types.all.filter((type) => isWanted(type) && !unwanted.has(type)));
}

/** The selector that the command line names, or the usual one where it selects nothing itself. */
function selectorOf(
  { settings, reporter }: Invocation,
  { select, exclude }: Pick<SelectionQuery, "select" | "exclude">,
  selectors: ReadonlyMap<string, NamedSelector>,
): NamedSelector | undefined {
  const given = settings.text("selector");
  if (given !== undefined) {
    const selector = selectors.get(given);
    if (selector !== undefined) return selector;
    const names = [...selectors.keys()];
    throw new DbtError(
      "Runtime",
      `Could not find selector named ${given}${renderHint(given, names)}, expected one of [${names.join(", ")}]`,
    );
  }
  const usual = select.length === 0 && exclude.length === 0 ? defaultOf(selectors) : undefined;
  if (usual === undefined) return undefined;
  reporter.info("DefaultSelector", "M044", `Using default selector ${usual}`, { name: usual });
  return selectors.get(usual);
}

/** Ids that the command line selects among the given kinds of resources. */
export function chooseNodes(
  invocation: Invocation,
  project: ParsedProject,
  types: readonly ResourceType[] | ChoosableTypes,
): ReadonlySet<string> {
  const { settings, reporter } = invocation;
  const items = selectablesOf(project);
  const plain = {
    items,
    graph: project.graph,
    rootPackage: project.workspace.project.name,
    select: parseSelector([...settings.texts("select"), ...settings.texts("models")]),
    exclude: parseSelector(settings.texts("exclude")),
    indirect: indirectOf(settings.text("indirect_selection")),
  };
  const { selectors } = project.workspace;
  const query = { ...plain, named: createNamedChoice(plain, selectors) };
  const selector = selectorOf(invocation, query, selectors);
  if (selector !== undefined) return onlyAllowed(chooseSpec(query, selector.spec).direct);
  const chosen = selectNodes(query);
  for (const criterion of findUnmatched(query)) {
    const raw =
      criterion.method === "fqn" ? criterion.value : `${criterion.method}:${criterion.value}`;
    const message = `The selection criterion '${raw}' does not match any enabled nodes`;
    if (settings.isOn("warn_error")) throw new DbtError("Runtime", message);
    reporter.log("warn", "NoNodesForSelectionCriteria", "M030", `[WARNING]: ${message}`, {
      spec_raw: raw,
      msg: raw,
    });
  }
  return onlyAllowed(chosen);

  function onlyAllowed(ids: ReadonlySet<string>): ReadonlySet<string> {
    const choosable = "usual" in types ? types : { all: types, usual: types };
    const allowed = allowedTypes(invocation, choosable);
    return new Set([...ids].filter((id) => allowed.has(items.get(id)?.resourceType ?? "")));
  }
}
