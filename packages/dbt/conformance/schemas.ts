import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";

/**
 * Checks the artifacts of a target folder against dbt's published JSON schemas:
 * `node packages/dbt/conformance/schemas.ts <folder of schemas> <target folder>`.
 *
 * The folder of schemas is laid out as `schemas/dbt` of the dbt-core repository.
 */
const SCHEMAS: Readonly<Record<string, string>> = {
  "manifest.json": "manifest/v12.json",
  "run_results.json": "run-results/v6.json",
  "catalog.json": "catalog/v1.json",
  "sources.json": "sources/v3.json",
};

const MAX_SHOWN = 10;

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function isSchema(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function findProblems(schemaFile: string, artifactFile: string): readonly string[] {
  const schema = readJson(schemaFile);
  if (!isSchema(schema)) return [`${schemaFile} is not a schema`];
  const validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(
    schema,
  );
  if (validate(readJson(artifactFile)) === true) return [];
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`,
  );
}

function main(): number {
  const [schemas, target] = process.argv.slice(2);
  if (schemas === undefined || target === undefined) {
    console.error("Usage: schemas.ts <folder of schemas> <target folder>");
    return 2;
  }
  let failures = 0;
  for (const [artifact, schema] of Object.entries(SCHEMAS)) {
    const file = join(target, artifact);
    if (!existsSync(file)) {
      console.log(`skip ${artifact}: not written`);
      continue;
    }
    const problems = findProblems(join(schemas, schema), file);
    console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${artifact} against ${schema}`);
    for (const problem of problems.slice(0, MAX_SHOWN)) console.log(`     ${problem}`);
    failures += problems.length;
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = main();
