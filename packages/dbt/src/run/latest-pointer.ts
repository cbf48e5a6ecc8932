import { DbtError } from "../error.ts";
import { objectOf } from "../json.ts";
import { toValue } from "../template/values.ts";
import { macroText, type NodeRun } from "./node-run.ts";
import { materializeRelation } from "./replace-relation.ts";

const BY_DEFAULT = "latest_version_pointer_enabled_by_default";

function wantsPointer({ node, context }: NodeRun): boolean {
  const version = node.version ?? null;
  if (node.resource_type !== "model" || version === null) return false;
  if (String(version) !== String(node.latest_version ?? version)) return false;
  const { enabled } = objectOf(node.config["latest_version_pointer"]);
  return (enabled ?? null) === null
    ? context.workspace.project.flags[BY_DEFAULT] === true
    : enabled === true;
}

/** Builds the view under a model's bare name that shows its newest version, where config or project ask for one. */
export async function pointToLatest(run: NodeRun): Promise<void> {
  if (!wantsPointer(run)) return;
  const { node, relation } = run;
  const { alias } = objectOf(node.config["latest_version_pointer"]);
  const macro = "generate_latest_version_pointer_alias";
  const asked = await macroText(run, macro, [toValue(alias ?? null), run.context.node.model()]);
  const identifier = asked.trim();
  if (identifier.toLowerCase() === (relation.identifier ?? "").toLowerCase()) {
    throw new DbtError(
      "Runtime",
      `Cannot create latest version pointer: the latest version of '${node.name}' is already aliased to '${identifier}'; set "latest_version_pointer: {enabled: false}" or remove the alias`,
    );
  }
  const config = { ...node.config, "pre-hook": [], "post-hook": [], persist_docs: {} };
  const pointer: NodeRun = {
    ...run,
    node: { ...node, config },
    relation: relation.with({ identifier }),
    compiledCode: `select * from ${relation.render()}`,
  };
  await materializeRelation(pointer, "view");
}
