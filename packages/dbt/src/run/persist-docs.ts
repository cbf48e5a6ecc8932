import { findColumns } from "../adapter/duckdb.ts";
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
  const existing = new Map(
    (await findColumns(run.session, relation)).map(({ name }) => [name.toLowerCase(), name]),
  );
  const columns = Object.values(run.node.columns);
  const missing = columns.filter(({ name }) => !existing.has(name.toLowerCase()));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    run.context.workspace.warn(
      `In relation ${relation.render()}: The following columns are specified in the schema but are not present in the database: ${names}`,
    );
  }
  for (const column of columns) {
    const own = existing.get(column.name.toLowerCase());
    if (column.description === "" || own === undefined) continue;
    const name = `${relation.render()}.${quoteIdentifier(own)}`;
    await run.session.run(`comment on column ${name} is ${quoteText(column.description)}`);
  }
}
