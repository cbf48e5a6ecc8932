import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { buildOpenApiDocument } from "../src/index.ts";
import { compareDocuments } from "./compare-documents.ts";

/** Compares our REST API with a published document of Airflow's: `node main.ts <file.yaml> [--all]`. */
async function main(): Promise<number> {
  const [file, ...flags] = process.argv.slice(2);
  if (file === undefined) {
    console.error("Usage: node packages/api/conformance/main.ts <airflow-openapi.yaml> [--all]");
    return 2;
  }
  const result = compareDocuments(
    buildOpenApiDocument({ version: "0.0.0" }),
    parse(await readFile(file, "utf8")),
  );
  const { shared, theirs } = result.operations;
  console.log(`operations: ${shared} of ${theirs}`);
  report("operations Airflow does not have", result.unknownOperations, true);
  report("fields of answers that break clients", result.brokenFields, true);
  report("operations not offered", result.missingOperations, flags.includes("--all"));
  report("inputs not taken", result.missingInputs, flags.includes("--all"));
  return result.unknownOperations.length + result.brokenFields.length === 0 ? 0 : 1;
}

function report(title: string, lines: readonly string[], isListed: boolean): void {
  console.log(`${title}: ${lines.length}`);
  if (isListed) for (const line of lines) console.log(`  ${line}`);
}

process.exitCode = await main();
