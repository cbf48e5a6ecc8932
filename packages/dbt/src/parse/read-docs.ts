import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "@airloom/jinja";
import type { DocDefinition } from "../artifacts/manifest.ts";
import type { Project } from "../project/project-file.ts";
import { walkFiles } from "../project/walk-files.ts";
import { templateFailure } from "../template/render-yaml.ts";

function withoutRoot(file: string): string {
  return file.split("/").slice(1).join("/");
}

/** Reads the docs blocks of a project's Markdown files. */
export function readDocs(project: Project, environment: Environment): readonly DocDefinition[] {
  return walkFiles(project, project.paths.docs, [".md"]).flatMap((file) => {
    const source = readFileSync(join(project.root, file), "utf8");
    if (!source.includes("docs")) return [];
    try {
      return environment.findBlocks(source, ["docs"], { file }).map((block) => ({
        name: block.name,
        resource_type: "doc" as const,
        package_name: project.name,
        path: withoutRoot(file),
        original_file_path: file,
        unique_id: `doc.${project.name}.${block.name}`,
        block_contents: block.body.trim(),
      }));
    } catch (error) {
      throw templateFailure(error);
    }
  });
}
