import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dualTemplate, type Environments, type MacroEntry } from "../context/macro-registry.ts";
import type { Project } from "../project/project-file.ts";
import { walkFiles } from "../project/walk-files.ts";
import { templateFailure } from "../template/render-yaml.ts";

/** Files of a project that may hold macros. */
function macroFiles(project: Project): readonly string[] {
  const genericTests = project.paths.tests.map((folder) => `${folder}/generic`);
  return walkFiles(project.root, [...project.paths.macros, ...genericTests], [".sql", ".jinja"]);
}

/** Reads every macro, generic test and materialization of a project. */
export function readMacros(project: Project, environments: Environments): readonly MacroEntry[] {
  return macroFiles(project).flatMap((file) => {
    const template = dualTemplate(
      environments,
      readFileSync(join(project.root, file), "utf8"),
      file,
    );
    try {
      return template
        .parse()
        .definitions.filter(({ kind }) => kind !== "snapshot" && kind !== "docs")
        .map((definition) => ({
          uniqueId: `macro.${project.name}.${definition.macroName}`,
          name: definition.macroName,
          packageName: project.name,
          definition,
          template,
        }));
    } catch (error) {
      throw templateFailure(error);
    }
  });
}
