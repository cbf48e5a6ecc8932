import { CHANGE_RELATIONS } from "./change-relations.ts";
import { CREATE_RELATIONS } from "./create-relations.ts";
import { CROSS_DATABASE } from "./cross-database.ts";
import { GENERIC_TESTS } from "./generic-tests.ts";
import { INCREMENTAL } from "./incremental.ts";
import { NAME_RELATIONS } from "./name-relations.ts";
import { NAMING } from "./naming.ts";
import type { NativeMacro } from "./native-macro.ts";
import { READ_RELATIONS } from "./read-relations.ts";
import { SNAPSHOTS } from "./snapshots.ts";
import { STATEMENTS } from "./statements.ts";

const ALL = [
  ...CROSS_DATABASE,
  ...NAMING,
  ...GENERIC_TESTS,
  ...CREATE_RELATIONS,
  ...CHANGE_RELATIONS,
  ...NAME_RELATIONS,
  ...READ_RELATIONS,
  ...STATEMENTS,
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
