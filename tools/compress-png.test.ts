import { crc32, deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compressPng, readPicture } from "./compress-png.ts";

const WIDTH = 40;

/** A picture of three channels whose rows are filtered as their first byte says. */
function pngOf(rows: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, bytes: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(type), bytes]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(bytes.length, 0);
    ends.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 0 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const anyRow = fc
  .tuple(
    fc.integer({ min: 0, max: 4 }),
    fc.uint8Array({ minLength: WIDTH * 3, maxLength: WIDTH * 3 }),
  )
  .map(([filter, bytes]) => Uint8Array.of(filter, ...bytes));

describe("compressPng()", () => {
  test("keeps every pixel, whatever the rows were filtered with, and never grows", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 12 }), (rows) => {
        const png = pngOf(rows);
        const smaller = compressPng(png);
        expect(readPicture(smaller)).toEqual(readPicture(png));
        expect(smaller.length).toBeLessThanOrEqual(png.length);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [1, [10, 20, 30, 15, 25, 35]],
    [2, [10, 20, 30, 5, 5, 5]],
  ])("reads filter %d as the specification says", (filter, expected) => {
    const first = Uint8Array.of(
      filter,
      10,
      20,
      30,
      5,
      5,
      5,
      ...Array.from({ length: 114 }, () => 0),
    );
    expect([...(readPicture(pngOf([first]))?.rows.subarray(1, 7) ?? [])]).toEqual(expected);
  });
});
