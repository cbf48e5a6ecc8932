import type { Filter } from "../environment-options.ts";
import { JSON_FILTERS } from "./json-filters.ts";
import { LIST_FILTERS } from "./list-filters.ts";
import { MAPPING_FILTERS } from "./mapping-filters.ts";
import { NUMBER_FILTERS } from "./number-filters.ts";
import { TEXT_FILTERS } from "./text-filters.ts";

/** Jinja's filters, by name. */
export const BUILTIN_FILTERS: ReadonlyMap<string, Filter> = new Map([
  ...TEXT_FILTERS,
  ...NUMBER_FILTERS,
  ...LIST_FILTERS,
  ...JSON_FILTERS,
  ...MAPPING_FILTERS,
]);

/** The built-in filters whose answer may be a promise. */
export const WAITING_FILTERS: ReadonlySet<string> = new Set(MAPPING_FILTERS.map(([name]) => name));
