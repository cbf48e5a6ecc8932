import type { JsonValue } from "../json.ts";
import type { ArtifactMetadata } from "./manifest.ts";

/** A column as the database has it. */
export interface CatalogColumn {
  readonly type: string;
  readonly index: number;
  readonly name: string;
  readonly comment: string | null;
}

/** A table as the database has it. */
export interface CatalogTable {
  readonly metadata: {
    readonly type: string;
    readonly schema: string;
    readonly name: string;
    readonly database: string | null;
    readonly comment: string | null;
    readonly owner: string | null;
  };
  readonly columns: Readonly<Record<string, CatalogColumn>>;
  readonly stats: Readonly<Record<string, CatalogStat>>;
  readonly unique_id: string | null;
}

/** A figure about a table. */
export interface CatalogStat {
  readonly id: string;
  readonly label: string;
  readonly value: boolean | string | number | null;
  readonly include: boolean;
  readonly description: string | null;
}

/** The whole of `catalog.json`, version 1. */
export interface Catalog {
  readonly metadata: ArtifactMetadata;
  readonly nodes: Readonly<Record<string, CatalogTable>>;
  readonly sources: Readonly<Record<string, CatalogTable>>;
  readonly errors: readonly JsonValue[] | null;
}
