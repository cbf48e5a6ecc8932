export type { Catalog, CatalogColumn, CatalogStat, CatalogTable } from "./artifacts/catalog.ts";
export type {
  ArtifactMetadata,
  ColumnInfo,
  DependsOn,
  DocDefinition,
  Exposure,
  GroupDefinition,
  MacroDefinition,
  Manifest,
  ManifestMetadata,
  ManifestNode,
  NodeType,
  RefArgs,
  ResourceType,
  SeedNode,
  SourceDefinition,
  TestMetadata,
} from "./artifacts/manifest.ts";
export type { RunResult, RunResults, RunStatus, TimingInfo } from "./artifacts/run-results.ts";
export { DbtError, type DbtErrorKind, type SourcePlace } from "./error.ts";
export type { DbtEvent, EventLevel, EventSink } from "./events/event.ts";
export { type NodeLine, parseLogLine, parseStatsLine, type StatsLine } from "./parse-log-line.ts";
export { COMPATIBLE_DBT_VERSION } from "./project/version.ts";
export { type RunDbtOptions, type RunDbtResult, runDbt } from "./run-dbt.ts";
