import { expect, test } from "vitest";
import { findLeadingMoves } from "./leading-moves.ts";

test("moves to another version lead, but not past another transition of the same run", () => {
  const on = { actor: "test", to: "queued" } as const;
  const set = { dagVersion: 2, dagHash: "later" };
  expect([
    ...findLeadingMoves([
      { ...on, dagRunId: "1", from: "success", set },
      { ...on, dagRunId: "2", from: "success" },
      { ...on, dagRunId: "1", from: "failed", set },
      { ...on, dagRunId: "2", from: "failed", set },
    ]),
  ]).toEqual([0, 2]);
});
