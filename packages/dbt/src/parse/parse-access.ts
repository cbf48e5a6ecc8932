import { PyDict, type Value } from "@airloom/jinja";
import { Relation } from "../adapter/relation.ts";
import { RelationCache } from "../adapter/relation-cache.ts";
import type { RefArgs } from "../artifacts/manifest.ts";
import type { NodeAccess } from "../context/node-access.ts";
import { DbtError } from "../error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { mergeConfig } from "../project/config-tree.ts";
import { toValueOf } from "../template/values.ts";

/** What rendering a node without a database has brought to light. */
export interface Capture {
  readonly refs: RefArgs[];
  readonly sources: [string, string][];
  config: JsonObject;
}

/** A node that is being parsed, as far as it is known. */
export interface ParseSubject {
  readonly packageName: string;
  readonly name: string;
  readonly uniqueId: string | undefined;
  readonly database: string;
  readonly schema: string;
  readonly config: JsonObject;
  readonly model: JsonObject;
  readonly extra?: ReadonlyMap<string, Value>;
  readonly doc?: (args: readonly string[]) => string;
}

const NOTHING: ReadonlyMap<string, Value> = new Map();

/** The access of a node being parsed: notes its references and configs. */
export function createParseAccess(subject: ParseSubject, capture: Capture): NodeAccess {
  const relation = new Relation({
    database: subject.database,
    schema: subject.schema,
    identifier: subject.name,
  });
  return {
    packageName: subject.packageName,
    uniqueId: subject.uniqueId,
    name: subject.name,
    execute: false,
    ref: (args) => {
      capture.refs.push(args);
      return relation;
    },
    source: (sourceName, tableName) => {
      capture.sources.push([sourceName, tableName]);
      return relation;
    },
    configure: (values) => {
      capture.config = mergeConfig(capture.config, values);
    },
    config: (key): JsonValue | undefined => capture.config[key] ?? subject.config[key],
    model: () => toValueOf(subject.model),
    relation,
    session: undefined,
    relations: new RelationCache(),
    extra: subject.extra ?? NOTHING,
    selected: [],
    graph: () =>
      new PyDict([
        ["nodes", new PyDict()],
        ["sources", new PyDict()],
      ]),
    doc: (args) => {
      if (subject.doc !== undefined) return subject.doc(args);
      throw new DbtError("Compilation", "doc() is only possible in descriptions");
    },
  };
}

/** An empty capture. */
export function createCapture(): Capture {
  return { refs: [], sources: [], config: {} };
}
