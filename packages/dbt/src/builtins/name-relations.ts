import type { Relation, RelationType } from "../adapter/relation.ts";
import { relationOf, text } from "./macro-arguments.ts";
import { define, type NativeMacro } from "./native-macro.ts";

function suffixed(relation: Relation, suffix: string, type: RelationType | null): Relation {
  return relation.with({ identifier: `${relation.identifier ?? ""}${suffix}`, type });
}

/** A temporary table of this connection, named after a relation. */
export function temporaryRelation(relation: Relation, suffix: string): Relation {
  return suffixed(relation, suffix, "table").with({ database: null, schema: null });
}

/** Macros that name the relations which exist only while another is built. */
export const NAME_RELATIONS: readonly NativeMacro[] = [
  define("make_temp_relation", ["base_relation", "suffix"], (_context, [base, suffix]) =>
    temporaryRelation(
      relationOf(base, "make_temp_relation"),
      suffix === undefined ? "__dbt_tmp" : text(suffix),
    ),
  ),
  define("make_intermediate_relation", ["base_relation", "suffix"], (_context, [base, suffix]) =>
    suffixed(
      relationOf(base, "make_intermediate_relation"),
      suffix === undefined ? "__dbt_tmp" : text(suffix),
      "table",
    ),
  ),
  define(
    "make_backup_relation",
    ["base_relation", "backup_relation_type", "suffix"],
    (_context, bound) => {
      const [base, type, suffix] = bound;
      const kind = text(type) === "view" ? "view" : "table";
      return suffixed(
        relationOf(base, "make_backup_relation"),
        suffix === undefined ? "__dbt_backup" : text(suffix),
        kind,
      );
    },
  ),
];
