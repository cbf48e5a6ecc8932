import type { Operator } from "../operator.ts";

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

/** Whether some operator takes a default argument of this name. */
export function isOperatorDefault(name: string): boolean {
  return known.has(name);
}

/** The names of all default arguments that operators take. */
export function getOperatorDefaults(): readonly string[] {
  return [...known];
}

/** Fills the fields that the author left out from the default arguments that the operator names for them, as Airflow does. */
export function fillFromDefaults<O extends Pick<Operator<never>, "fields" | "defaults">>(
  operator: O,
  defaultArgs: object,
): O {
  const given = new Map(Object.entries(defaultArgs));
  const filled = Object.entries(operator.defaults)
    .filter(([field, argument]) => operator.fields[field] === undefined && given.has(argument))
    .map(([field, argument]) => [field, given.get(argument)]);
  return filled.length === 0
    ? operator
    : { ...operator, fields: { ...operator.fields, ...Object.fromEntries(filled) } };
}
