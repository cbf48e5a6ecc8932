import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BlockDefinition } from "@airloom/jinja";
import { dualTemplate, type Environments, type MacroEntry } from "../context/macro-registry.ts";
import type { Project } from "../project/project-file.ts";
import { walkFiles } from "../project/walk-files.ts";
import { templateFailure } from "../template/render-yaml.ts";

/** Files of a project that may hold macros. */
function macroFiles(project: Project): readonly string[] {
  const genericTests = project.paths.tests.map((folder) => `${folder}/generic`);
  return walkFiles(project, [...project.paths.macros, ...genericTests], [".sql", ".jinja"]);
}

/** The macro of a block; as in dbt, each is a template of its own, so that junk beside it does not matter. */
function readMacro(
  project: Project,
  environments: Environments,
  file: string,
  block: BlockDefinition,
): readonly MacroEntry[] {
  const template = dualTemplate(environments, block.source, file, block.line);
  return template.parse().definitions.map((definition) => ({
    uniqueId: `macro.${project.name}.${definition.macroName}`,
    name: definition.macroName,
    packageName: project.name,
    definition,
    template,
  }));
}

/** Reads every macro, generic test and materialization of a project. */
export function readMacros(project: Project, environments: Environments): readonly MacroEntry[] {
  return macroFiles(project).flatMap((file) => {
    const source = readFileSync(join(project.root, file), "utf8");
    try {
      return environments.parse
        .findBlocks(source, ["macro", "materialization", "test"], { file })
        .flatMap((block) => readMacro(project, environments, file, block));
    } catch (error) {
      throw templateFailure(error);
    }
  });
}
