import { Column } from "../adapter/column.ts";
import { quoteIdentifier, Relation } from "../adapter/relation.ts";
import type { MacroContext } from "../context/macro-context.ts";
import { itemsOf } from "../template/values.ts";
import { nullIfParsing, relationOf, text } from "./macro-arguments.ts";
import { define, type NativeMacro } from "./native-macro.ts";

/** Drops a table or view and forgets it. */
export async function dropRelation(context: MacroContext, relation: Relation): Promise<void> {
  const type = relation.type ?? context.findRelation(relation)?.type ?? "table";
  await context.query(`drop ${type} if exists ${relation.render()} cascade`);
  context.relations.remove(relation);
}

/** Renames a table or view. */
export async function renameRelation(
  context: MacroContext,
  from: Relation,
  to: Relation,
): Promise<void> {
  const type = from.type ?? context.findRelation(from)?.type ?? "table";
  await context.query(
    `alter ${type} ${from.render()} rename to ${quoteIdentifier(to.identifier ?? "")}`,
  );
  context.relations.remove(from);
  context.relations.add(to.with({ type }));
}

/** Macros that drop, rename, empty and alter relations. */
export const CHANGE_RELATIONS: readonly NativeMacro[] = [
  define("drop_relation", ["relation"], (context, [relation]) =>
    nullIfParsing(context, async () => {
      await dropRelation(context, relationOf(relation, "drop_relation"));
      return "";
    }),
  ),
  define("drop_relation_if_exists", ["relation"], (context, [relation]) =>
    relation instanceof Relation ? context.call("drop_relation", [relation]) : "",
  ),
  define("rename_relation", ["from_relation", "to_relation"], (context, [from, to]) =>
    nullIfParsing(context, async () => {
      await renameRelation(
        context,
        relationOf(from, "rename_relation"),
        relationOf(to, "rename_relation"),
      );
      return "";
    }),
  ),
  define("truncate_relation", ["relation"], (context, [relation]) =>
    nullIfParsing(context, async () => {
      await context.query(`truncate table ${relationOf(relation, "truncate_relation").render()}`);
      return "";
    }),
  ),
  define(
    "alter_relation_add_remove_columns",
    ["relation", "add_columns", "remove_columns"],
    (context, bound) =>
      nullIfParsing(context, async () => {
        const [relation, added, removed] = bound;
        const name = relationOf(relation, "alter_relation_add_remove_columns").render();
        for (const column of itemsOf(added)) {
          if (!(column instanceof Column)) continue;
          await context.query(
            `alter table ${name} add column ${quoteIdentifier(column.name)} ${column.dataType}`,
          );
        }
        for (const column of itemsOf(removed)) {
          if (!(column instanceof Column)) continue;
          await context.query(`alter table ${name} drop column ${quoteIdentifier(column.name)}`);
        }
        return "";
      }),
  ),
  define(
    "alter_column_type",
    ["relation", "column_name", "new_column_type"],
    (context, [relation, column, type]) =>
      nullIfParsing(context, async () => {
        const name = relationOf(relation, "alter_column_type").render();
        await context.query(
          `alter table ${name} alter column ${quoteIdentifier(text(column))} type ${text(type)}`,
        );
        return "";
      }),
  ),
];
