import type { ManifestNode } from "../artifacts/manifest.ts";
import { textOf, textsOf } from "../json.ts";

const UNIQUE: ReadonlySet<string> = new Set(["unique", "unique_combination_of_columns"]);

function columnsOf(test: ManifestNode): readonly string[] {
  const kwargs = test.test_metadata?.kwargs ?? {};
  const column = textOf(kwargs["column_name"]);
  return column === undefined ? textsOf(kwargs["combination_of_columns"]) : [column];
}

/** The columns that a model's tests make its key: unique and not null, or at least unique. */
export function inferPrimaryKey(tests: readonly ManifestNode[]): readonly string[] {
  const named = (isNamed: (name: string) => boolean): readonly string[] =>
    tests.filter((test) => isNamed(test.test_metadata?.name ?? "")).flatMap(columnsOf);
  const unique = new Set(named((name) => UNIQUE.has(name)));
  const both = named((name) => name === "not_null").filter((column) => unique.has(column));
  return both.length > 0 ? [...new Set(both)] : [...unique].toSorted();
}
