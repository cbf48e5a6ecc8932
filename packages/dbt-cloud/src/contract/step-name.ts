const INVOKE = /^Invoke dbt with `(?<command>[^`]+)`/u;

/** Name of the step that takes a copy of the project. */
export const CLONE_STEP = "Clone git repository";

/** Name of the step that writes the profile. Clients read it: it is part of the contract. */
export function renderProfileStep(connectionName: string): string {
  return `Create profile from connection ${connectionName}`;
}

/** Name of the step that runs a dbt command. Clients read it: it is part of the contract. */
export function renderInvokeStep(command: string): string {
  return `Invoke dbt with \`${command}\``;
}

/** The dbt command a step of that name runs, such as `dbt build`. */
export function findStepCommand(stepName: string): string | undefined {
  return INVOKE.exec(stepName)?.groups?.["command"];
}
