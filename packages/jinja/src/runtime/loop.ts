import { PyError } from "../errors.ts";
import { isEqual } from "../values/compare.ts";
import { orElse } from "../values/or-else.ts";
import { type Awaitable, callable, type HostObject, pyType, type Value } from "../values/value.ts";
import { runDeeper } from "./budget.ts";
import type { Evaluation } from "./evaluation.ts";

/** What a loop that calls itself does with the items it is given. */
export type Recursion = (items: Value, depth: number) => Awaitable<string>;

/** The `loop` of a running `for`. The generated code moves `index`. */
export class Loop implements HostObject {
  readonly [pyType] = "LoopContext";
  index = 0;
  readonly #evaluation: Evaluation;
  readonly #items: readonly Value[];
  readonly #depth: number;
  readonly #recursion: Recursion | undefined;
  #lastChanged: Value | undefined;

  constructor(
    evaluation: Evaluation,
    items: readonly Value[],
    depth: number,
    recursion: Recursion | undefined,
  ) {
    this.#evaluation = evaluation;
    this.#items = items;
    this.#depth = depth;
    this.#recursion = recursion;
  }

  getAttribute(name: string): Value | undefined {
    const length = this.#items.length;
    switch (name) {
      case "index":
        return this.index + 1;
      case "index0":
        return this.index;
      case "revindex":
        return length - this.index;
      case "revindex0":
        return length - this.index - 1;
      case "first":
        return this.index === 0;
      case "last":
        return this.index === length - 1;
      case "length":
        return length;
      case "depth":
        return this.#depth + 1;
      case "depth0":
        return this.#depth;
      case "previtem":
        return orElse(this.#items[this.index - 1], () =>
          this.#evaluation.missing("there is no previous item"),
        );
      case "nextitem":
        return orElse(this.#items[this.index + 1], () =>
          this.#evaluation.missing("there is no next item"),
        );
      case "cycle":
        return callable((args) => this.#cycle(args), "cycle");
      case "changed":
        return callable((args) => this.#changed(args), "changed");
      default:
        return undefined;
    }
  }

  call(args: readonly Value[]): Awaitable<Value> {
    const [items] = args;
    if (this.#recursion === undefined || items === undefined) {
      throw new PyError(
        "TypeError",
        "The loop must have the 'recursive' marker to be called recursively.",
      );
    }
    const recursion = this.#recursion;
    return runDeeper(this.#evaluation.budget, () => recursion(items, this.#depth + 1));
  }

  getLength(): number {
    return this.#items.length;
  }

  toText(): string {
    return `<LoopContext ${this.index + 1}/${this.#items.length}>`;
  }

  #cycle(args: readonly Value[]): Value {
    const value = args[this.index % args.length];
    if (value === undefined) throw new PyError("TypeError", "no items for cycling given");
    return value;
  }

  #changed(args: readonly Value[]): Value {
    const value: Value = [...args];
    if (this.#lastChanged !== undefined && isEqual(this.#lastChanged, value)) return false;
    this.#lastChanged = value;
    return true;
  }
}
