import { quoteIdentifier, type Relation } from "../adapter/relation.ts";
import { inTransaction, macroText, type NodeOutcome, type NodeRun, SUCCESS } from "./node-run.ts";
import { writeComments } from "./persist-docs.ts";

/** Drops a table or view inside the running transaction. */
export async function dropExisting(run: NodeRun, existing: Relation): Promise<void> {
  await run.session.run(`drop ${existing.type ?? "table"} if exists ${existing.render()} cascade`);
}

/** Builds a table or view under another name and puts it in the place of what was there. */
export async function swapIn(
  run: NodeRun,
  target: Relation,
  existing: Relation,
  build: (relation: Relation) => Promise<void>,
): Promise<void> {
  const intermediate = target.with({ identifier: `${target.identifier ?? ""}__dbt_tmp` });
  const leftover = run.relations.find(intermediate);
  if (leftover !== undefined) await dropExisting(run, leftover);
  await build(intermediate);
  await dropExisting(run, existing);
  const type = target.type ?? "table";
  await run.session.run(
    `alter ${type} ${intermediate.render()} rename to ${quoteIdentifier(target.identifier ?? "")}`,
  );
}

async function createSql(run: NodeRun, relation: Relation): Promise<string> {
  return relation.type === "view"
    ? macroText(run, "get_create_view_as_sql", [relation, run.compiledCode])
    : macroText(run, "get_create_table_as_sql", [false, relation, run.compiledCode]);
}

/** The materializations `view` and `table`: what readers see changes at once. */
export async function materializeRelation(
  run: NodeRun,
  type: "table" | "view",
): Promise<NodeOutcome> {
  const target = run.relation.with({ type });
  const existing = run.relations.find(target);
  const build = async (relation: Relation): Promise<void> =>
    run.execute(await createSql(run, relation));
  await inTransaction(run, async () => {
    if (existing === undefined) await build(target);
    else await swapIn(run, target, existing, build);
    await writeComments(run, target);
  });
  run.relations.add(target);
  return SUCCESS;
}
