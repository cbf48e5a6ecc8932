import { createEnvironment, type Environment } from "@airloom/jinja";
import { watchTemplate } from "./watch-template.ts";

/** Processor time of one rendering: reading a project computes little, a macro that runs may compute much. */
const PARSE_MS = 3_000;
const RUN_MS = 30_000;

/** Templates of a project while it is read: what is not known yet counts as nothing. */
export function createParseEnvironment(): Environment {
  return createEnvironment({
    dialect: "dbt",
    undefinedBehavior: "permissive",
    limits: { watch: () => watchTemplate(PARSE_MS) },
  });
}

/** Templates while nodes run: an unknown name is a mistake. */
export function createRunEnvironment(): Environment {
  return createEnvironment({
    dialect: "dbt",
    undefinedBehavior: "default",
    limits: { watch: () => watchTemplate(RUN_MS) },
  });
}
