import { getLocation, type SourceFile, type SourceLocation } from "../source-file.ts";

/** Notes of one rendering: which part of the template wrote which part of its text. */
export class Trace {
  readonly #source: SourceFile;
  readonly #starts: number[] = [];
  readonly #origins: number[] = [];
  readonly #isText: boolean[] = [];

  constructor(source: SourceFile) {
    this.#source = source;
  }

  /** Says that the text from `start` on is the template's own from `origin` on, or printed by the tag there. */
  note(start: number, origin: number, isText: boolean): void {
    this.#starts.push(start);
    this.#origins.push(origin);
    this.#isText.push(isText);
  }

  /** The place in the template that wrote the character at an offset. */
  locate(offset: number): SourceLocation {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const inside = this.#isText[low] === true ? offset - (this.#starts[low] ?? 0) : 0;
    return getLocation(this.#source, (this.#origins[low] ?? 0) + inside);
  }
}
