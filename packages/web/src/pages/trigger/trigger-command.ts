/** Puts a text in single quotes for a POSIX shell. */
export function quoteShell(text: string): string {
  return /^[\w.:/@=+-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command that triggers a run as the dialog would. */
export function renderTriggerCommand(
  dagId: string,
  run: { readonly conf: string; readonly logicalDate?: string | undefined; readonly runId: string },
): string {
  const conf = run.conf.trim() === "" ? "" : JSON.stringify(JSON.parse(run.conf));
  const options = Object.entries({
    "logical-date": run.logicalDate ?? "",
    "run-id": run.runId,
    conf: conf === "{}" ? "" : conf,
  }).filter(([, value]) => value !== "");
  const flags = options.map(([name, value]) => ` --${name} ${quoteShell(value)}`);
  return `airloom dags trigger ${quoteShell(dagId)}${flags.join("")}`;
}
