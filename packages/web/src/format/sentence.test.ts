import { expect, test } from "vitest";
import { renderSentence } from "./sentence.ts";

test.each([
  ["Cannot find Dag", "Cannot find Dag."],
  ["It was not found. Check it.", "It was not found. Check it."],
  ["Is it up?", "Is it up?"],
])("%j becomes %j", (text, sentence) => {
  expect(renderSentence(text)).toBe(sentence);
});
