import type { ResourceType } from "../artifacts/manifest.ts";
import { DbtError } from "../error.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { parseSelector } from "../select/parse-criterion.ts";
import { findUnmatched, type IndirectSelection, selectNodes } from "../select/select-nodes.ts";
import { selectablesOf } from "../select/selectable.ts";
import type { Invocation } from "./invocation.ts";

function indirectOf(text: string | undefined): IndirectSelection {
  if (text === "cautious" || text === "buildable" || text === "empty") return text;
  return "eager";
}

function allowedTypes(invocation: Invocation, types: readonly ResourceType[]): ReadonlySet<string> {
  const { settings } = invocation;
  const wanted = settings.texts("resource_types").flatMap((text) => text.split(/\s+/u));
  const unwanted = new Set(
    settings.texts("exclude_resource_types").flatMap((text) => text.split(/\s+/u)),
  );
  const isAll = wanted.length === 0 || wanted.includes("all") || wanted.includes("default");
  return new Set(types.filter((type) => (isAll || wanted.includes(type)) && !unwanted.has(type)));
}

/** Ids that the command line selects among the given kinds of resources. */
export function chooseNodes(
  invocation: Invocation,
  project: ParsedProject,
  types: readonly ResourceType[],
): ReadonlySet<string> {
  const { settings, reporter } = invocation;
  if (settings.text("selector") !== undefined) {
    throw new DbtError(
      "Usage",
      "--selector is not supported: selectors.yml is not read, write the condition with --select",
    );
  }
  const items = selectablesOf(project);
  const query = {
    items,
    graph: project.graph,
    rootPackage: project.workspace.project.name,
    select: parseSelector(settings.texts("select")),
    exclude: parseSelector(settings.texts("exclude")),
    indirect: indirectOf(settings.text("indirect_selection")),
  };
  const chosen = selectNodes(query);
  for (const criterion of findUnmatched(query)) {
    const raw =
      criterion.method === "fqn" ? criterion.value : `${criterion.method}:${criterion.value}`;
    reporter.log(
      "warn",
      "NoNodesForSelectionCriteria",
      "M030",
      `[WARNING]: The selection criterion '${raw}' does not match any enabled nodes`,
      { spec_raw: raw, msg: raw },
    );
  }
  const allowed = allowedTypes(invocation, types);
  return new Set([...chosen].filter((id) => allowed.has(items.get(id)?.resourceType ?? "")));
}
