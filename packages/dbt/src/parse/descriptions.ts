import { NodeContext } from "../context/node-context.ts";
import { DbtError, type SourcePlace } from "../error.ts";
import { hasTemplate, templateFailure } from "../template/render-yaml.ts";
import { renderHint } from "../text/did-you-mean.ts";
import type { DescriptionRenderer } from "./columns.ts";
import { createCapture, createParseAccess } from "./parse-access.ts";
import type { ParseState } from "./parse-state.ts";

function findDoc(state: ParseState, packageName: string, args: readonly string[]): string {
  const [first = "", second] = args;
  const root = state.workspace.project.name;
  const ids =
    second === undefined
      ? [`doc.${packageName}.${first}`, `doc.${root}.${first}`]
      : [`doc.${first}.${second}`];
  const id = ids.find((candidate) => state.docs.has(candidate));
  if (id !== undefined) return id;
  const name = second ?? first;
  const names = [...state.docs.values()].map((doc) => doc.name);
  throw new DbtError(
    "Compilation",
    `Documentation for '${args.join(".")}' was not found${renderHint(name, names)}`,
  );
}

/** Renders descriptions of a package's properties, with `doc()`. */
export function createDescriptionRenderer(
  state: ParseState,
  packageName: string,
  place: SourcePlace,
): DescriptionRenderer {
  return (text) => {
    if (!hasTemplate(text)) return { text, docBlocks: [] };
    const docBlocks: string[] = [];
    const { target, environments } = state.workspace;
    const access = createParseAccess(
      {
        packageName,
        name: place.file,
        uniqueId: undefined,
        database: target.database,
        schema: target.schema,
        config: {},
        model: {},
        doc: (args) => {
          const id = findDoc(state, packageName, args);
          docBlocks.push(id);
          return state.docs.get(id)?.block_contents ?? "";
        },
      },
      createCapture(),
    );
    try {
      const options = { file: place.file, firstLine: place.line ?? 1 };
      const template = environments.parse.compile(text, options);
      return { text: template.render(new NodeContext(state.workspace, access)), docBlocks };
    } catch (error) {
      throw templateFailure(error);
    }
  };
}
