/** Where in the author's code something was declared. */
export interface Place {
  /** Absolute path, or a URL for code that is not a file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const FRAME =
  /(?:\(|at (?:async )?)(?<file>(?:file:\/\/)?\/[^()]*?|[A-Za-z]:\\[^()]*?):(?<line>\d+):(?<column>\d+)\)?$/u;
const OWN_FOLDER = new URL("..", import.meta.url).pathname;

/** The innermost line of the calling code that is not the SDK's own; undefined when there is none. */
export function capturePlace(): Place | undefined {
  return findPlace(new Error("place").stack ?? "");
}

/** The first frame of a stack that is outside of the SDK, and of the folders given, and that `isWanted`. */
export function findPlace(
  stack: string,
  outsideOf: readonly string[] = [],
  isWanted: (file: string) => boolean = () => true,
): Place | undefined {
  for (const line of stack.split("\n")) {
    const groups = FRAME.exec(line.trim())?.groups;
    const file = groups?.["file"]?.replace(/^file:\/\//u, "").replace(/\?.*$/u, "");
    if (file === undefined || isOwn(file)) continue;
    if (outsideOf.some((folder) => file.startsWith(folder)) || !isWanted(file)) continue;
    return { file, line: Number(groups?.["line"]), column: Number(groups?.["column"]) };
  }
  return undefined;
}

function isOwn(file: string): boolean {
  return file.startsWith(OWN_FOLDER) && !file.includes(".test.");
}

/** ` (orders.ts:12)` for the end of a message; empty when the place is not known. */
export function renderPlace(place: Place | undefined): string {
  if (place === undefined) return "";
  return ` (${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.line})`;
}
