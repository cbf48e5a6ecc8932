import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Heap } from "./heap.ts";
import { ReadyQueue } from "./ready-queue.ts";

describe("Heap", () => {
  test("gives items back in order, whatever was pushed between", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer())), (steps) => {
        const heap = new Heap<number>((left, right) => left < right);
        const held: number[] = [];
        for (const step of steps) {
          if (step !== null) {
            heap.push(step);
            held.push(step);
          } else {
            held.sort((left, right) => left - right);
            expect(heap.pop()).toBe(held.shift());
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("ReadyQueue", () => {
  test("holds each position once, heaviest first, then in the order of the Dag file", () => {
    const anyStep = fc.tuple(fc.boolean(), fc.nat(9));
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 10, maxLength: 10 }),
        fc.array(anyStep),
        (weights, steps) => {
          const queue = new ReadyQueue(weights);
          const held = new Set<number>();
          for (const [isAdd, position] of steps) {
            if (isAdd) {
              queue.add(position);
              held.add(position);
            } else {
              queue.delete(position);
              held.delete(position);
            }
          }
          const expected = [...held].toSorted(
            (left, right) => (weights[right] ?? 0) - (weights[left] ?? 0) || left - right,
          );
          expect(expected.map((_, index) => queue.at(index))).toEqual(expected);
          expect(queue.length).toBe(held.size);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
