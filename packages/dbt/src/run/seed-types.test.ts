import { describe, expect, test } from "vitest";
import { inferSeedType } from "./seed-types.ts";

describe("inferSeedType()", () => {
  test.each([
    [["1", "-2", "3,000"], "integer"],
    [["1", "", "null"], "integer"],
    [["", ""], "integer"],
    [["1", "2.5"], "double"],
    [["1e3", "2.0"], "integer"],
    [["1.0", "2.5"], "double"],
    [["2024-02-29"], "date"],
    [["2023-02-29"], "text"],
    [["2024-01-01", "2024-01-01 10:00:00"], "text"],
    [["2024-01-01 10:00:00"], "timestamp"],
    [["2024-01-01T10:00:00Z"], "timestamp"],
    [["true", "FALSE"], "boolean"],
    [["yes", "no"], "text"],
    [["1", "x"], "text"],
    [["NA"], "text"],
  ])("%j is %s", (cells, type) => {
    expect(inferSeedType(cells)).toBe(type);
  });
});
