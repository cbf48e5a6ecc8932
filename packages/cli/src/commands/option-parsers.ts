import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";

/** Reads an option that is a whole number between two bounds. */
export function integerBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/u.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}`);
  };
}

/** Reads a port; 0 is any free one. */
export const portOf = integerBetween(0, 65_535);

/** Reads a number of seconds. */
export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds > 0)) {
    throw new InvalidArgumentError("Expected a number of seconds above 0");
  }
  return seconds;
}

/** Reads the path of a file that must be there, and answers it so that it holds in every folder. */
export function fileOf(text: string): string {
  if (existsSync(text)) return resolve(text);
  throw new InvalidArgumentError("There is no such file");
}
