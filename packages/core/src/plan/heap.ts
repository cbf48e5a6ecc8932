/** A binary heap whose first item precedes all others. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #precedes: (left: T, right: T) => boolean;

  constructor(precedes: (left: T, right: T) => boolean) {
    this.#precedes = precedes;
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): T | undefined {
    const items = this.#items;
    this.#swap(0, items.length - 1);
    const first = items.pop();
    this.#sink(0);
    return first;
  }

  #sink(from: number): void {
    let index = from;
    while (true) {
      const left = 2 * index + 1;
      let least = index;
      if (this.#isBefore(left, least)) least = left;
      if (this.#isBefore(left + 1, least)) least = left + 1;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #isBefore(index: number, other: number): boolean {
    const left = this.#items[index];
    const right = this.#items[other];
    return left !== undefined && right !== undefined && this.#precedes(left, right);
  }

  #swap(index: number, other: number): void {
    const left = this.#items[index];
    const right = this.#items[other];
    if (left === undefined || right === undefined) return;
    this.#items[index] = right;
    this.#items[other] = left;
  }
}
