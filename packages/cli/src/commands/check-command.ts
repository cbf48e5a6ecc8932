import { type Command, Option } from "commander";
import type { CheckResult } from "../check/check-project.ts";
import type { Finding } from "../check/finding.ts";
import { hasRunInView } from "../environment/view.ts";
import { renderCount } from "../output/count.ts";
import { EXIT } from "../output/exit-codes.ts";
import { renderOwnCommands } from "../output/own-command.ts";
import type { Terminal } from "../output/terminal.ts";
import { loadProject } from "../project/project.ts";

const FORMATS = ["text", "github"] as const;

interface CheckFlags {
  readonly format?: (typeof FORMATS)[number];
  readonly strict: boolean;
  readonly json: boolean;
}

/** `airloom check`: everything that can be told about a project before it runs. */
export function defineCheck(command: Command, terminal: Terminal): void {
  command
    .argument("[paths...]", "files or folders; the whole project when left out")
    .addOption(
      new Option(
        "--format <format>",
        "github: annotations, as by itself under GitHub Actions",
      ).choices(FORMATS),
    )
    .option("--strict", "exit code 1 for warnings too", false)
    .option("--json", "as JSON", false)
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      const { checkProject } = await import("../check/check-project.ts");
      const project = loadProject(process.cwd());
      if (hasRunInView(project)) return;
      const result = await checkProject(project, paths);
      const findings = result.findings.map((finding) => ({
        ...finding,
        message: renderOwnCommands(finding.message),
      }));
      const isWrong = findings.some(({ severity }) => flags.strict || severity === "error");
      if (isWrong) process.exitCode = EXIT.failed;
      if (flags.json) terminal.json({ ...result, findings });
      else await print({ ...result, findings }, { flags, terminal });
    });
}

async function print(
  result: CheckResult,
  { flags, terminal }: { readonly flags: CheckFlags; readonly terminal: Terminal },
): Promise<void> {
  const wantsGithub = flags.format === undefined && process.env["GITHUB_ACTIONS"] === "true";
  if (flags.format === "github" || wantsGithub) {
    const { renderGithub } = await import("../check/finding.ts");
    for (const finding of result.findings) terminal.print(renderGithub(finding));
  }
  // In a log of GitHub the annotations stand beside what a person reads; alone where they were asked for.
  if (flags.format !== "github") for (const finding of result.findings) say(finding, terminal);
  const summary = renderSummary(result, terminal);
  if (flags.format === "github") terminal.say(summary);
  else terminal.print(summary);
}

function say({ severity, rule, file, line, column, ...rest }: Finding, terminal: Terminal): void {
  const sign = severity === "error" ? terminal.style("red", "✖") : terminal.style("yellow", "▲");
  const place = [file, line, line === null ? null : (column ?? 1)].filter((part) => part !== null);
  const head = [...(place.length === 0 ? [] : [terminal.style("bold", place.join(":"))]), rule];
  terminal.say(`${sign} ${head.join("  ")}`);
  for (const text of rest.message.split("\n")) terminal.say(`  ${text}`);
  for (const text of rest.codeFrame?.split("\n") ?? []) terminal.say(`  ${text}`);
}

function renderSummary({ files, dags, findings }: CheckResult, terminal: Terminal): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const over = `in ${renderCount(files, "file")} (${renderCount(dags, "Dag")})`;
  const more = warnings === 0 ? "" : `, ${renderCount(warnings, "warning")}`;
  return errors === 0
    ? `${terminal.style("green", "✔")} No errors${more} ${over}`
    : `${terminal.style("red", "✖")} ${renderCount(errors, "error")}${more} ${over}`;
}
