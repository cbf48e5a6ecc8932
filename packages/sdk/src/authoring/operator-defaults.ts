/**
 * Default arguments that are meant for operators, such as a connection of all dbt Cloud tasks of a Dag.
 *
 * A provider adds its own by declaration merging and makes them known with `defineOperatorDefaults`.
 */
export interface OperatorDefaults {}

const known = new Set<string>();

/** Makes names of default arguments known that operators of a provider take. */
export function defineOperatorDefaults(
  ...names: readonly Extract<keyof OperatorDefaults, string>[]
): void {
  for (const name of names) known.add(name);
}

/** The names of all default arguments that operators take. */
export function getOperatorDefaults(): readonly string[] {
  return [...known];
}
