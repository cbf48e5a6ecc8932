import type { Queryable } from "../adapter/duckdb.ts";
import { quoteText } from "../adapter/relation.ts";
import { buildManifest, buildMetadata } from "../artifacts/build-artifacts.ts";
import type { Catalog, CatalogColumn, CatalogStat, CatalogTable } from "../artifacts/catalog.ts";
import { DbtError } from "../error.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { renderText } from "../template/values.ts";
import { chooseNodes } from "./choose-nodes.ts";
import { COMPILED_TYPES, compileChosen } from "./compile-chosen.ts";
import { type CommandOutcome, type Invocation, targetFolder, writeArtifact } from "./invocation.ts";
import { openRun } from "./open-run.ts";
import { writeRunResults } from "./write-run-results.ts";

const STATS: Readonly<Record<string, CatalogStat>> = {
  has_stats: {
    id: "has_stats",
    label: "Has Stats?",
    value: false,
    include: false,
    description: "Indicates whether there are statistics for this table",
  },
};

function keyOf(schema: string, name: string): string {
  return `${schema}.${name}`.toLowerCase();
}

async function readTables(
  session: Queryable,
  database: string,
): Promise<ReadonlyMap<string, CatalogTable>> {
  const { table } = await session.query(
    `select c.schema_name, c.table_name, c.column_name, c.column_index, c.data_type, c.comment,
       case when v.view_name is null then 'BASE TABLE' else 'VIEW' end, coalesce(v.comment, t.comment)
     from duckdb_columns() c
     left join duckdb_views() v on v.database_name = c.database_name and v.schema_name = c.schema_name
       and v.view_name = c.table_name
     left join duckdb_tables() t on t.database_name = c.database_name and t.schema_name = c.schema_name
       and t.table_name = c.table_name
     where lower(c.database_name) = lower(${quoteText(database)}) and not c.internal
     order by 1, 2, 4`,
  );
  const columns = new Map<string, Record<string, CatalogColumn>>();
  const tables = new Map<string, CatalogTable>();
  for (const [
    schema = null,
    name = null,
    column = null,
    index,
    type = null,
    comment,
    kind = null,
    tableComment,
  ] of table.rows) {
    const key = keyOf(renderText(schema), renderText(name));
    const own = columns.get(key) ?? {};
    const columnName = renderText(column);
    own[columnName] = {
      type: renderText(type),
      index: Number(index),
      name: columnName,
      comment: comment === null || comment === undefined ? null : renderText(comment),
    };
    columns.set(key, own);
    tables.set(key, {
      metadata: {
        type: renderText(kind),
        schema: renderText(schema),
        name: renderText(name),
        database,
        comment:
          tableComment === null || tableComment === undefined ? null : renderText(tableComment),
        owner: null,
      },
      columns: own,
      stats: STATS,
      unique_id: null,
    });
  }
  return tables;
}

function pickTables(
  tables: ReadonlyMap<string, CatalogTable>,
  wanted: readonly { readonly id: string; readonly schema: string; readonly name: string }[],
): Readonly<Record<string, CatalogTable>> {
  return Object.fromEntries(
    wanted.flatMap(({ id, schema, name }): [string, CatalogTable][] => {
      const table = tables.get(keyOf(schema, name));
      return table === undefined ? [] : [[id, { ...table, unique_id: id }]];
    }),
  );
}

function wantedNodes(project: ParsedProject): Parameters<typeof pickTables>[1] {
  return [...project.nodes.values()]
    .filter(({ node }) => node.relation_name !== null)
    .map(({ node }) => ({ id: node.unique_id, schema: node.schema, name: node.alias }));
}

/** `dbt docs generate`: writes `manifest.json` and `catalog.json`. */
export async function docsCommand(invocation: Invocation): Promise<CommandOutcome> {
  const [action] = invocation.settings.line.positional;
  if (action !== "generate") {
    throw new DbtError("Usage", `No such command 'docs ${action ?? ""}': expected "docs generate"`);
  }
  const project = invocation.parse();
  const run = await openRun(invocation, project);
  const session = await run.database.openSession();
  try {
    if (invocation.settings.isOn("compile")) {
      const startedMs = performance.now();
      const ids = chooseNodes(invocation, project, COMPILED_TYPES);
      const results = await compileChosen(run, session, ids);
      writeRunResults(invocation, results, (performance.now() - startedMs) / 1000);
    }
    invocation.reporter.info("BuildingCatalog", "E044", "Building catalog", {});
    const tables = await readTables(session, invocation.workspace.target.database);
    const catalog: Catalog = {
      metadata: buildMetadata(invocation.workspace, "catalog/v1", invocation.now()),
      nodes: pickTables(tables, wantedNodes(project)),
      sources: pickTables(
        tables,
        [...project.sources.values()].map((source) => ({
          id: source.unique_id,
          schema: source.schema,
          name: source.identifier,
        })),
      ),
      errors: null,
    };
    writeArtifact(invocation, "catalog.json", catalog);
    writeArtifact(
      invocation,
      "manifest.json",
      buildManifest(project, run.compiled, invocation.now()),
    );
  } finally {
    session.close();
    run.database.close();
  }
  const file = `${targetFolder(invocation)}/catalog.json`;
  invocation.reporter.info("CatalogWritten", "E043", `Catalog written to ${file}`, { path: file });
  return { success: true };
}
