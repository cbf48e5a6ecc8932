import fc from "fast-check";
import { expect, test } from "vitest";
import { renderAttachment } from "./artifact-routes.ts";

test.each([
  ["manifest.json", `attachment; filename="manifest.json"; filename*=UTF-8''manifest.json`],
  [
    "compiled/shop/Größe 1.sql",
    `attachment; filename="Gr__e_1.sql"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.sql`,
  ],
  [
    `a/b";x=(1)'.sql`,
    `attachment; filename="b__x__1__.sql"; filename*=UTF-8''b%22%3Bx%3D%281%29%27.sql`,
  ],
])("an artifact %s is downloaded under its own name (ASVS 5.4)", (path, header) => {
  expect(renderAttachment(path)).toBe(header);
});

test("no name of an artifact breaks out of its header", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (path) => {
      expect(renderAttachment(path)).toMatch(
        /^attachment; filename="[\w.-]*"; filename\*=UTF-8''[\w.~!%-]*$/u,
      );
    }),
  );
});
