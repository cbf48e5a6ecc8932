import { itemAt } from "../item-at.ts";

/**
 * Positions of tasks that wait for a slot, heaviest first, then in the order of the Dag file.
 *
 * Kept sorted while it grows and shrinks, because it is read on every plan and changed a few at a time.
 */
export class ReadyQueue {
  readonly #weights: readonly number[];
  readonly #sorted: number[] = [];

  constructor(weights: readonly number[]) {
    this.#weights = weights;
  }

  get length(): number {
    return this.#sorted.length;
  }

  at(index: number): number | undefined {
    return this.#sorted[index];
  }

  add(position: number): void {
    const index = this.#indexFor(position);
    if (this.#sorted[index] !== position) this.#sorted.splice(index, 0, position);
  }

  delete(position: number): void {
    const index = this.#indexFor(position);
    if (this.#sorted[index] === position) this.#sorted.splice(index, 1);
  }

  #indexFor(position: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#precedes(itemAt(this.#sorted, middle), position)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #precedes(left: number, right: number): boolean {
    const byWeight = itemAt(this.#weights, left) - itemAt(this.#weights, right);
    return byWeight === 0 ? left < right : byWeight > 0;
  }
}
