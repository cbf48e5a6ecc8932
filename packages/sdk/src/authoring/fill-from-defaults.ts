import type { Operator } from "../operator.ts";

/** Fills the fields that the author left out from the default arguments that the operator names for them, as Airflow does. */
export function fillFromDefaults<O extends Pick<Operator<never>, "fields" | "defaults">>(
  operator: O,
  defaultArgs: object,
): O {
  const given = new Map(Object.entries(defaultArgs));
  const filled = Object.entries(operator.defaults)
    .filter(([field, argument]) => (operator.fields[field] ?? null) === null && given.has(argument))
    .map(([field, argument]) => [field, given.get(argument)]);
  return filled.length === 0
    ? operator
    : { ...operator, fields: { ...operator.fields, ...Object.fromEntries(filled) } };
}
