// Prints the table of `src/http/published-operations.ts` from dbt Cloud's OpenAPI documents, given as files.
import { readFile } from "node:fs/promises";

const ADDRESS = /^ {2}(?<address>\/api\/\S+):$/u;
const METHOD = /^ {4}(?<method>get|post|put|patch|delete):$/u;

const operations = new Map<string, string[]>();
for (const file of process.argv.slice(2)) {
  let address = "";
  for (const line of (await readFile(file, "utf8")).split("\n")) {
    address = ADDRESS.exec(line)?.groups?.["address"] ?? address;
    const method = METHOD.exec(line)?.groups?.["method"];
    if (method === undefined || address === "") continue;
    operations.set(address, [...(operations.get(address) ?? []), method.toUpperCase()]);
  }
}
for (const [address, methods] of operations) {
  console.log(`${JSON.stringify(address)}: ${JSON.stringify(methods)},`);
}
