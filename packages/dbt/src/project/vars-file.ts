import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bounds, holdPath } from "../cage/bounds.ts";
import { DbtError } from "../error.ts";
import { type JsonObject, objectOf } from "../json.ts";
import { parseYamlObject } from "../yaml/yaml-document.ts";
import type { RawProject } from "./project-file.ts";

/** The variables of `vars.yml`, which stand in for those of `dbt_project.yml`; `undefined` without any. */
export function readVarsFile(project: RawProject, bounds: Bounds): JsonObject | undefined {
  const file = join(project.root, "vars.yml");
  if (!existsSync(file)) return undefined;
  holdPath(bounds, file, "the file");
  const vars = objectOf(parseYamlObject(readFileSync(file, "utf8"), "vars.yml")["vars"]);
  if (Object.keys(vars).length === 0) return undefined;
  if (Object.keys(objectOf(project.values["vars"])).length === 0) return vars;
  throw new DbtError(
    "Runtime",
    "Variables cannot be defined in both vars.yml and dbt_project.yml: keep them in one of the two",
    { place: { file: "vars.yml", line: 1 } },
  );
}
