import type { Relation } from "./relation.ts";

function keyOf(relation: Relation): string {
  return [relation.database, relation.schema, relation.identifier]
    .map((part) => (part ?? "").toLowerCase())
    .join("\u0000");
}

/** What tables and views exist, as far as this process knows: saves a query for every node. */
export class RelationCache {
  readonly #relations = new Map<string, Relation>();
  readonly #schemas = new Set<string>();

  find(relation: Relation): Relation | undefined {
    return this.#relations.get(keyOf(relation));
  }

  add(relation: Relation): void {
    this.#relations.set(keyOf(relation), relation);
  }

  remove(relation: Relation): void {
    this.#relations.delete(keyOf(relation));
  }

  removeSchema(database: string, schema: string): void {
    for (const relation of this.inSchema(database, schema)) this.remove(relation);
    this.#schemas.delete(`${database}.${schema}`.toLowerCase());
  }

  inSchema(database: string | null, schema: string | null): readonly Relation[] {
    const same = (a: string | null, b: string | null): boolean =>
      (a ?? "").toLowerCase() === (b ?? "").toLowerCase();
    return [...this.#relations.values()].filter(
      (relation) => same(relation.schema, schema) && same(relation.database, database),
    );
  }

  hasSchema(database: string, schema: string): boolean {
    return this.#schemas.has(`${database}.${schema}`.toLowerCase());
  }

  addSchema(database: string, schema: string): void {
    this.#schemas.add(`${database}.${schema}`.toLowerCase());
  }
}
