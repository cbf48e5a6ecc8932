import type { TaskSpec } from "./dag-spec.ts";
import { itemAt } from "./item-at.ts";

/** The shape of a graph, by position. */
interface Shape {
  readonly order: readonly number[];
  readonly upstream: readonly (readonly number[])[];
  readonly downstream: readonly (readonly number[])[];
}

/** Airflow keeps weights in 32 bits. */
const MAX_WEIGHT = 2_147_483_647;
const BITS = 32;

/** Effective weight of each task: itself (`absolute`), plus all its descendants (`downstream`) or ancestors (`upstream`). */
export function findWeights(tasks: readonly TaskSpec[], shape: Shape): readonly number[] {
  const own = tasks.map((task) => task.priorityWeight);
  const needs = (rule: string): boolean => tasks.some((task) => task.weightRule === rule);
  const below = needs("downstream")
    ? sumReached(own, shape.order.toReversed(), shape.downstream)
    : own;
  const above = needs("upstream") ? sumReached(own, shape.order, shape.upstream) : own;
  const byRule = { absolute: own, downstream: below, upstream: above };
  return tasks.map((task, position) =>
    Math.min(itemAt(byRule[task.weightRule], position), MAX_WEIGHT),
  );
}

/**
 * Sums weights over everything reachable from each task, counting each once: reachable sets are bit sets, joined
 * in an order in which what a task reaches is known before the task.
 */
function sumReached(
  own: readonly number[],
  order: readonly number[],
  next: readonly (readonly number[])[],
): readonly number[] {
  const words = Math.ceil(own.length / BITS);
  const reached = own.map(() => new Uint32Array(words));
  const sums = [...own];
  const isUniform = own.every((weight) => weight === own[0]);
  for (const position of order) {
    const set = itemAt(reached, position);
    for (const neighbour of itemAt(next, position))
      join(set, itemAt(reached, neighbour), neighbour);
    const self = itemAt(own, position);
    sums[position] = self + (isUniform ? self * countBits(set) : sumBits(set, own));
  }
  return sums;
}

function join(into: Uint32Array, other: Uint32Array, position: number): void {
  for (const [word, bits] of other.entries()) into[word] = itemAt(into, word) | bits;
  const word = Math.floor(position / BITS);
  into[word] = itemAt(into, word) | (1 << (position % BITS));
}

/** Counts the bits of each word in parallel, by halves. */
function countBits(set: Uint32Array): number {
  let count = 0;
  for (const word of set) {
    const pairs = word - ((word >>> 1) & 0x5555_5555);
    const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
    count += Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
  }
  return count;
}

function sumBits(set: Uint32Array, own: readonly number[]): number {
  let sum = 0;
  for (const [word, bits] of set.entries()) {
    for (let bit = 0; bit < BITS && bits >>> bit !== 0; bit += 1) {
      if ((bits >>> bit) & 1) sum += itemAt(own, word * BITS + bit);
    }
  }
  return sum;
}
