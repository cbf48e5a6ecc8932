import { ApiError } from "../api-error.ts";

/** Refuses a text that PostgreSQL cannot hold, before a statement fails over it. */
export function checkText(text: string): string {
  if (text.includes("\0") || !text.isWellFormed()) {
    throw new ApiError(
      400,
      "Cannot read the request: a text in it has a NUL character or half of a surrogate pair",
    );
  }
  return text;
}
