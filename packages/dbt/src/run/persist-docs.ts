import { quoteIdentifier, quoteText, type Relation } from "../adapter/relation.ts";
import { type NodeRun, persistDocs } from "./node-run.ts";

/** Writes descriptions into the database as comments, when the node asks for it. */
export async function writeComments(run: NodeRun, relation: Relation): Promise<void> {
  const wanted = persistDocs(run.node);
  const type = relation.type ?? "table";
  if (wanted.relation && run.node.description !== "") {
    await run.session.run(
      `comment on ${type} ${relation.render()} is ${quoteText(run.node.description)}`,
    );
  }
  if (!wanted.columns) return;
  for (const column of Object.values(run.node.columns)) {
    if (column.description === "") continue;
    const name = `${relation.render()}.${quoteIdentifier(column.name)}`;
    await run.session.run(`comment on column ${name} is ${quoteText(column.description)}`);
  }
}
