import { existsSync } from "node:fs";
import { join } from "node:path";
import { AirloomError, type LoadedFile } from "@airloom/core";
import { openLoader } from "@airloom/engine";
import { moduleSettingsOf } from "../environment/open-platform.ts";
import { systemClock } from "../environment/system-clock.ts";
import { openTrust } from "../environment/trust.ts";
import { loadUserEnvironment } from "../environment/user-environment.ts";
import { hasRunInView } from "../environment/view.ts";
import { renderCount } from "../output/count.ts";
import { EXIT } from "../output/exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";
import { CONFIG_FILE, type Project } from "../project/project.ts";

/** Reads every Dag file of a project as the environment would, and reports what was found. Exit code 1 on any error. */
export async function printParseReport(
  project: Project,
  { asJson, terminal }: { readonly asJson: boolean; readonly terminal: Terminal },
): Promise<void> {
  if (hasRunInView(project)) return;
  const files = await parseDags(project);
  const errors = files.filter((file) => file.error !== null);
  if (errors.length > 0) process.exitCode = EXIT.failed;
  if (asJson) {
    terminal.json(
      files.map(({ file, dags, error }) => ({
        file,
        dags: dags.map((dag) => dag.spec.dagId),
        error,
      })),
    );
    return;
  }
  for (const { file, error } of errors) printError(file, error, terminal);
  const count = files.reduce((sum, file) => sum + file.dags.length, 0);
  terminal.print(
    errors.length === 0
      ? `${terminal.style("green", "✔")} No errors in ${renderCount(files.length, "file")} (${renderCount(count, "Dag")})`
      : `${terminal.style("red", "✖")} ${errors.length} of ${renderCount(files.length, "file")} cannot be read`,
  );
}

/** Every Dag file of a project as the environment would read it. */
export async function parseDags(project: Project): Promise<readonly LoadedFile[]> {
  const files: LoadedFile[] = [];
  const bundleDir = join(project.dir, project.config.dags);
  if (!existsSync(bundleDir)) {
    throw new AirloomError(
      "project.bad_config",
      `Cannot read Dag files: there is no folder "${bundleDir}". Make it, or set "dags" in ${CONFIG_FILE}`,
    );
  }
  const loader = openLoader({
    bundleDir,
    modules: moduleSettingsOf(project, loadUserEnvironment(project), openTrust(project)),
    onLoaded: (loaded) => {
      files.push(loaded);
    },
    onRemoved: () => undefined,
    clock: systemClock,
    logger: { log: () => undefined },
    importTimeoutMs: project.config.dagImportTimeout * 1000,
  });
  await loader.refresh();
  await loader.close();
  return files.toSorted((a, b) => a.file.localeCompare(b.file));
}

function printError(file: string, error: LoadedFile["error"], terminal: Terminal): void {
  if (error === null) return;
  const place = error.line === null ? file : `${file}:${error.line}:${error.column ?? 1}`;
  terminal.say(`${terminal.style("red", "✖")} ${terminal.style("bold", place)}`);
  terminal.say(`  ${error.message}`);
  for (const line of error.codeFrame?.split("\n") ?? []) terminal.say(`  ${line}`);
}
