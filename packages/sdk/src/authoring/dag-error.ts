import { AirloomError, type ErrorCode } from "@airloom/core";
import { type Place, renderPlace } from "./place.ts";

/** An error of a Dag's author, with the place of the declaration in words and in its details. */
export function dagError(code: ErrorCode, message: string, place: Place | undefined): AirloomError {
  return new AirloomError(code, `${message}${renderPlace(place)}`, {
    details:
      place === undefined ? {} : { file: place.file, line: place.line, column: place.column },
  });
}
