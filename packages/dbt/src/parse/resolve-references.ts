import type { ManifestNode, RefArgs } from "../artifacts/manifest.ts";
import { DbtError, renderError, type SourcePlace } from "../error.ts";
import { renderHint } from "../text/did-you-mean.ts";
import type { ParsedNode, ParseState } from "./parse-state.ts";

const REFERABLE: ReadonlySet<string> = new Set(["model", "seed", "snapshot"]);

/** Finds what `ref()` and `source()` mean. */
export interface ReferenceIndex {
  findRef(ref: RefArgs, fromPackage: string): ManifestNode | undefined;
  findSource(sourceName: string, tableName: string, fromPackage: string): string | undefined;
  readonly refNames: readonly string[];
  readonly sourceNames: readonly string[];
}

function sameVersion(node: ManifestNode, ref: RefArgs): boolean {
  const version = node.version ?? null;
  if (ref.version !== null) return String(version) === String(ref.version);
  return version === null || String(version) === String(node.latest_version ?? version);
}

/** Indexes the nodes and sources of all packages. */
export function createReferenceIndex(
  nodes: Iterable<ManifestNode>,
  sources: Iterable<{
    readonly unique_id: string;
    readonly source_name: string;
    readonly name: string;
    readonly package_name: string;
  }>,
  rootPackage: string,
): ReferenceIndex {
  const byName = new Map<string, ManifestNode[]>();
  for (const node of nodes) {
    if (!REFERABLE.has(node.resource_type)) continue;
    byName.set(node.name, [...(byName.get(node.name) ?? []), node]);
  }
  const tables = new Map<string, { readonly packageName: string; readonly id: string }[]>();
  for (const source of sources) {
    const key = `${source.source_name}.${source.name}`;
    const item = { packageName: source.package_name, id: source.unique_id };
    tables.set(key, [...(tables.get(key) ?? []), item]);
  }
  const nearest = <T>(
    items: readonly T[],
    packageOf: (item: T) => string,
    from: string,
  ): T | undefined =>
    items.find((item) => packageOf(item) === from) ??
    items.find((item) => packageOf(item) === rootPackage) ??
    items[0];
  return {
    findRef: (ref, fromPackage) => {
      const versions = (byName.get(ref.name) ?? []).filter((node) => sameVersion(node, ref));
      // As in dbt, a file named for a version with a dot is found by it, too.
      const named = ref.version === null ? undefined : byName.get(`${ref.name}.v${ref.version}`);
      const candidates = versions.length === 0 && named !== undefined ? named : versions;
      if (ref.package !== null) return candidates.find((node) => node.package_name === ref.package);
      return nearest(candidates, (node) => node.package_name, fromPackage);
    },
    findSource: (sourceName, tableName, fromPackage) =>
      nearest(
        tables.get(`${sourceName}.${tableName}`) ?? [],
        (item) => item.packageName,
        fromPackage,
      )?.id,
    refNames: [...byName.keys()],
    sourceNames: [...tables.keys()],
  };
}

function placeOfCall(parsed: ParsedNode, name: string, literal: string): SourcePlace {
  if (parsed.template === undefined) return parsed.place;
  const call = parsed.template
    .parse()
    .calls.find(
      (site) =>
        site.name === name &&
        site.args.some((argument) => "literal" in argument && argument.literal === literal),
    );
  return call === undefined
    ? parsed.place
    : { file: parsed.template.file, line: call.line, column: call.column };
}

function titleOf(node: ManifestNode): string {
  const type = node.resource_type.charAt(0).toUpperCase() + node.resource_type.slice(1);
  return `${type} '${node.unique_id}' (${node.original_file_path})`;
}

function missingRef(
  parsed: ParsedNode,
  ref: RefArgs,
  index: ReferenceIndex,
  isDisabled: boolean,
): DbtError {
  const title = titleOf(parsed.node);
  const version = ref.version === null ? "" : ` with version '${ref.version}'`;
  const packageText = ref.package === null ? "" : ` in package or project '${ref.package}'`;
  const state = isDisabled ? "is disabled" : "was not found";
  const hint = isDisabled ? "" : renderHint(ref.name, index.refNames);
  return new DbtError(
    "Compilation",
    `${title} depends on a node named '${ref.name}'${version}${packageText} which ${state}${hint}`,
    { place: placeOfCall(parsed, "ref", ref.name) },
  );
}

function missingSource(
  parsed: ParsedNode,
  sourceName: string,
  tableName: string,
  index: ReferenceIndex,
): DbtError {
  const name = `${sourceName}.${tableName}`;
  return new DbtError(
    "Compilation",
    `${titleOf(parsed.node)} depends on a source named '${name}' which was not found${renderHint(name, index.sourceNames)}`,
    { place: placeOfCall(parsed, "source", tableName) },
  );
}

function isDisabledRef(state: ParseState, ref: RefArgs): boolean {
  return [...state.disabled.values()]
    .flat()
    .some(({ node }) => node.name === ref.name && node.resource_type !== "test");
}

/** A generic test belongs to the group of what it tests. */
function groupOf(state: ParseState, { node }: ParsedNode): string | null {
  const tested = node.attached_node;
  if (tested === undefined || tested === null) return node.group;
  return state.nodes.get(tested)?.node.group ?? null;
}

function checkAccess(
  state: ParseState,
  parsed: ParsedNode,
  found: ManifestNode,
  ref: RefArgs,
): void {
  if (found.access !== "private" || found.group === groupOf(state, parsed)) return;
  throw new DbtError(
    "Parsing",
    `Node ${parsed.node.unique_id} attempted to reference node ${found.unique_id}, which is not allowed because the referenced node is private to the '${found.group ?? ""}' group`,
    { place: placeOfCall(parsed, "ref", ref.name) },
  );
}

function isDisabledSource(state: ParseState, sourceName: string, tableName: string): boolean {
  return [...state.disabledOthers.values()].some(
    (one) =>
      one.resource_type === "source" && one.source_name === sourceName && one.name === tableName,
  );
}

/** What a node needs. */
export interface Resolved {
  readonly ids: readonly string[];
  /** False for a test of something that is not there or switched off: as in dbt, it is switched off with it. */
  readonly isWhole: boolean;
}

/** Finds what a node refers to. */
export function resolveReferences(
  state: ParseState,
  parsed: ParsedNode,
  index: ReferenceIndex,
): Resolved {
  const { node } = parsed;
  const ids: string[] = [];
  let isWhole = true;
  for (const ref of node.refs) {
    const found = index.findRef(ref, node.package_name);
    if (found === undefined) {
      const isDisabled = isDisabledRef(state, ref);
      const error = missingRef(parsed, ref, index, isDisabled);
      if (node.resource_type !== "test") throw error;
      if (!isDisabled) state.workspace.warn(renderError(error));
      isWhole = false;
      continue;
    }
    checkAccess(state, parsed, found, ref);
    ids.push(found.unique_id);
  }
  for (const [sourceName, tableName] of node.sources) {
    const found = index.findSource(sourceName, tableName, node.package_name);
    if (found === undefined) {
      const error = missingSource(parsed, sourceName, tableName, index);
      if (node.resource_type !== "test") throw error;
      if (!isDisabledSource(state, sourceName, tableName)) state.workspace.warn(renderError(error));
      isWhole = false;
      continue;
    }
    ids.push(found);
  }
  return { ids: [...new Set(ids)], isWhole };
}
