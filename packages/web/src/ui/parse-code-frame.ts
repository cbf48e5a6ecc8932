/** One line of a code frame. */
export interface FrameLine {
  readonly key: number;
  /** As printed; empty for the line with the caret below. */
  readonly number: string;
  readonly code: string;
  readonly isHit: boolean;
}

const LINE = /^(?<mark>\s*>)?\s*(?<number>\d*)\s*[|│](?: (?<code>.*))?$/u;

/** Reads a printed code frame (`> 41 | load(…)`) back into its lines; other text stays as it is. */
export function parseCodeFrame(text: string): readonly FrameLine[] {
  return text
    .replace(/\n+$/u, "")
    .split("\n")
    .map((line, key) => {
      const groups = LINE.exec(line)?.groups;
      if (groups === undefined) return { key, number: "", code: line, isHit: false };
      return {
        key,
        number: groups["number"] ?? "",
        code: groups["code"] ?? "",
        isHit: groups["mark"] !== undefined,
      };
    });
}
