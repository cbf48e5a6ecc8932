import { CROSS_DATABASE } from "./cross-database.ts";
import { GENERIC_TESTS } from "./generic-tests.ts";
import { INCREMENTAL } from "./incremental.ts";
import { NAMING } from "./naming.ts";
import type { NativeMacro } from "./native-macro.ts";
import { RELATIONS } from "./relations.ts";
import { SNAPSHOTS } from "./snapshots.ts";

const ALL = [
  ...CROSS_DATABASE,
  ...NAMING,
  ...GENERIC_TESTS,
  ...RELATIONS,
  ...INCREMENTAL,
  ...SNAPSHOTS,
];

/** Every macro the engine brings, by its public name. */
export const NATIVE_MACROS: ReadonlyMap<string, NativeMacro> = new Map(
  ALL.map((macro) => [macro.name, macro]),
);

const PREFIX = /^(?:default__|duckdb__)/u;

/** The built-in macro of a name, also under its `default__` and `duckdb__` names. */
export function findNativeMacro(name: string): NativeMacro | undefined {
  return NATIVE_MACROS.get(name.replace(PREFIX, ""));
}
