import type { Filter } from "../environment-options.ts";
import { PyError } from "../errors.ts";
import { dumpJson } from "../format/json.ts";
import { toIndex } from "../values/numeric.ts";
import { repr } from "../values/text.ts";
import { defineFilters } from "./define.ts";

const UNSAFE = new Map([
  ["<", "\\u003c"],
  [">", "\\u003e"],
  ["&", "\\u0026"],
  ["'", "\\u0027"],
]);

/** Filters that spell values out. */
export const JSON_FILTERS: readonly (readonly [string, Filter])[] = defineFilters({
  tojson: [
    "indent",
    (value, [indent]) => {
      const width = indent === undefined || indent === null ? undefined : toIndex(indent, "indent");
      if (width !== undefined && (width < 0 || width > 64)) {
        throw new PyError("ValueError", "indent must be between 0 and 64");
      }
      // As Jinja does: what comes out can stand inside of HTML.
      const text = dumpJson(value, { indent: width, sortKeys: true });
      return text.replace(/[<>&']/gu, (char) => UNSAFE.get(char) ?? char);
    },
  ],
  pprint: ["", (value) => repr(value)],
});
