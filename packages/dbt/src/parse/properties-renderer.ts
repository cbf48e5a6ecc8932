import { NodeContext } from "../context/node-context.ts";
import type { YamlRenderer } from "../template/render-yaml.ts";
import { createCapture, createParseAccess } from "./parse-access.ts";
import type { ParseState } from "./parse-state.ts";

/** What the values of an entry in a properties file are rendered with. */
export function createPropertiesRenderer(
  state: ParseState,
  entry: { readonly packageName: string; readonly name: string; readonly file: string },
  keeps: (path: readonly string[]) => boolean = () => false,
): YamlRenderer {
  const { environments, target } = state.workspace;
  const access = createParseAccess(
    {
      packageName: entry.packageName,
      name: entry.name,
      uniqueId: undefined,
      database: target.database,
      schema: target.schema,
      config: {},
      model: {},
    },
    createCapture(),
  );
  const scope = new NodeContext(state.workspace, access);
  return { environment: environments.parse, scope, file: entry.file, keeps };
}
