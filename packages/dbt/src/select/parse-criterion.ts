import { DbtError } from "../error.ts";

/** One condition of a selection, with how far it spreads along the graph. */
export interface Criterion {
  readonly method: string;
  /** What follows the method after a dot: `config.materialized` has `["materialized"]`. */
  readonly methodArguments: readonly string[];
  readonly value: string;
  /** `@`: children, and all the parents that those need. */
  readonly isClosed: boolean;
  /** Steps to parents; 0 for none, infinite for all. */
  readonly parentSteps: number;
  readonly childSteps: number;
}

const CRITERION =
  /^(?<closed>@)?(?:(?<parentSteps>\d*)\+)?(?:(?<method>[\w]+(?:\.[\w-]+)*):)?(?<value>.*?)(?<children>\+(?<childSteps>\d*))?$/su;

/** The method of a condition that names none. */
export function defaultMethod(value: string): string {
  if (/\.(?:sql|csv|ya?ml|md|py)$/u.test(value) && !/[/\\]/u.test(value)) return "file";
  return /[/\\]/u.test(value) ? "path" : "fqn";
}

function stepsOf(isGiven: boolean, digits: string | undefined): number {
  if (!isGiven) return 0;
  return digits === undefined || digits === "" ? Number.POSITIVE_INFINITY : Number(digits);
}

/** Reads one condition such as `2+tag:daily+`. */
export function parseCriterion(text: string): Criterion {
  const groups = CRITERION.exec(text)?.groups;
  const value = groups?.["value"] ?? "";
  if (groups === undefined || value === "") {
    throw new DbtError(
      "Usage",
      `Cannot read selector "${text}": expected [@][n+][method:]value[+n]`,
    );
  }
  const isClosed = groups["closed"] !== undefined;
  const hasChildren = groups["children"] !== undefined;
  if (isClosed && hasChildren) {
    throw new DbtError(
      "Usage",
      `Cannot read selector "${text}": "@" and a "+" at the end exclude each other`,
    );
  }
  const [method = "", ...methodArguments] = (groups["method"] ?? defaultMethod(value)).split(".");
  return {
    method,
    methodArguments,
    value,
    isClosed,
    parentSteps: stepsOf(groups["parentSteps"] !== undefined, groups["parentSteps"]),
    childSteps: stepsOf(hasChildren, groups["childSteps"]),
  };
}

/** Conditions that must all hold, in alternatives of which one must: `a,b c`. */
export type Selector = readonly (readonly Criterion[])[];

/** Reads the arguments of `--select` or `--exclude`: blanks join alternatives, commas join conditions. */
export function parseSelector(texts: readonly string[]): Selector {
  return texts
    .flatMap((text) => text.split(/\s+/u))
    .filter((text) => text !== "")
    .map((text) =>
      text
        .split(",")
        .filter((part) => part !== "")
        .map(parseCriterion),
    );
}
