import { findRelations, findSchemas, openDatabase, type Session } from "../adapter/duckdb.ts";
import { quoteIdentifier } from "../adapter/relation.ts";
import { RelationCache } from "../adapter/relation-cache.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import type { RunContext } from "../run/run-context.ts";
import { type Invocation, writeText } from "./invocation.ts";

async function fillCache(
  session: Session,
  database: string,
  relations: RelationCache,
): Promise<void> {
  for (const schema of await findSchemas(session, database)) relations.addSchema(database, schema);
  for (const relation of await findRelations(session, database)) relations.add(relation);
}

/** Opens the database and learns what is in it. */
export async function openRun(
  invocation: Invocation,
  project: ParsedProject,
  selected: ReadonlySet<string> = new Set(),
): Promise<RunContext> {
  const { workspace } = invocation;
  const { target } = workspace;
  const database = await openDatabase(target.path, target.opening, workspace.cage);
  const relations = new RelationCache();
  const session = await database.openSession();
  try {
    await fillCache(session, target.database, relations);
  } finally {
    session.close();
  }
  return {
    project,
    database,
    relations,
    reporter: invocation.reporter,
    selected,
    compiled: new Map(),
    now: invocation.now,
    write: (path, text) => writeText(invocation, path, text),
    signal: invocation.signal,
  };
}

function needsSchema(project: ParsedProject, id: string): boolean {
  const node = project.nodes.get(id)?.node;
  if (node === undefined || node.config["materialized"] === "ephemeral") return false;
  if (node.resource_type !== "test")
    return ["model", "seed", "snapshot"].includes(node.resource_type);
  return (
    node.config["store_failures"] === true || project.workspace.flags["STORE_FAILURES"] === true
  );
}

/** Creates the schemas that the chosen nodes write to. */
export async function createSchemas(
  run: RunContext,
  session: Session,
  ids: ReadonlySet<string>,
): Promise<void> {
  for (const id of ids) {
    const node = run.project.nodes.get(id)?.node;
    if (node === undefined || !needsSchema(run.project, id)) continue;
    if (run.relations.hasSchema(node.database, node.schema)) continue;
    await session.run(
      `create schema if not exists ${quoteIdentifier(node.database)}.${quoteIdentifier(node.schema)}`,
    );
    run.relations.addSchema(node.database, node.schema);
  }
}
