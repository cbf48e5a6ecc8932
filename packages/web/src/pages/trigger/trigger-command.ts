/** Puts a text in single quotes for a POSIX shell. */
export function quoteShell(text: string): string {
  return /^[\w.:/@=+-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command that triggers a run as the dialog would. */
export function renderTriggerCommand(dagId: string, conf: string): string {
  const flat = conf.trim() === "" ? "" : JSON.stringify(JSON.parse(conf));
  const option = flat === "" || flat === "{}" ? "" : ` --conf ${quoteShell(flat)}`;
  return `airloom dags trigger ${quoteShell(dagId)}${option}`;
}
