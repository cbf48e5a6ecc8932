import { NO_KWARGS, PyDict } from "@airloom/jinja";
import { Relation } from "../adapter/relation.ts";
import { textOf } from "../json.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { itemsOf } from "../template/values.ts";
import { pointToLatest } from "./latest-pointer.ts";
import { materializeIncremental } from "./materialize-incremental.ts";
import { materializeSeed } from "./materialize-seed.ts";
import { materializeSnapshot } from "./materialize-snapshot.ts";
import { badConfig, type NodeOutcome, type NodeRun, SUCCESS } from "./node-run.ts";
import { materializeRelation } from "./replace-relation.ts";
import { runTest } from "./run-test.ts";

const BUILT_IN = ["view", "table", "incremental", "ephemeral", "seed", "snapshot", "test"];

/** dbt's flag that lets a package replace dbt's own materializations; without it only the root project does. */
const NEEDS_EXPLICIT = "require_explicit_package_overrides_for_builtin_materializations";

/** Runs a `{% materialization %}` of the project or a package, if there is one for this node. */
async function runOwnMaterialization(run: NodeRun, name: string): Promise<NodeOutcome | undefined> {
  const { registry, project } = run.context.workspace;
  const entry = registry.findMaterialization(name, project.flags[NEEDS_EXPLICIT] === false);
  if (entry === undefined) return undefined;
  const macro = run.context.bind(entry);
  try {
    const result = await macro.call([], NO_KWARGS);
    await run.session.commit();
    const relations = result instanceof PyDict ? itemsOf(result.get("relations")) : [];
    for (const relation of relations) if (relation instanceof Relation) run.relations.add(relation);
    return SUCCESS;
  } catch (error) {
    await run.session.rollback();
    throw templateFailure(error);
  }
}

/** Builds or tests one node with its materialization. */
export async function executeNode(run: NodeRun): Promise<NodeOutcome> {
  const outcome = await materialize(run);
  await pointToLatest(run);
  return outcome;
}

async function materialize(run: NodeRun): Promise<NodeOutcome> {
  const name = textOf(run.node.config["materialized"]) ?? "view";
  const own = await runOwnMaterialization(run, name);
  if (own !== undefined) return own;
  switch (name) {
    case "view":
    case "table":
      return materializeRelation(run, name);
    case "incremental":
      return materializeIncremental(run);
    case "seed":
      return materializeSeed(run);
    case "snapshot":
      return materializeSnapshot(run);
    case "test":
      return runTest(run);
    default:
      throw badConfig(run.node, "materialization", name, BUILT_IN);
  }
}
