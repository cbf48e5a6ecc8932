import type { OperationSpec } from "@airloom/api";
import { checkText } from "./check-text.ts";
import { InvalidInput } from "./invalid-input.ts";

/** Where in a request a value stands. */
export type Place = "path" | "query" | "body";

const MAX_ISSUES = 20;

/** Turns one part of a request into what its schema says, or refuses it with every issue named. */
export function parseInput(place: Place, schema: OperationSpec["body"], input: unknown): unknown {
  checkText(place, input);
  if (schema === undefined) return undefined;
  const result = schema.safeParse(input === undefined ? {} : input);
  if (result.success) return result.data;
  throw new InvalidInput(
    result.error.issues.slice(0, MAX_ISSUES).map((issue) => ({
      loc: [place, ...issue.path.map((step) => (typeof step === "symbol" ? "" : step))],
      msg: issue.message,
      type: issue.code,
    })),
  );
}
