import type { BodyOf } from "@airloom/api";
import { AirloomError, type JsonValue } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";
import { loadAll } from "../http/load-all.ts";
import { cut, pageOf } from "../http/page.ts";
import { matchesPattern } from "../http/pattern.ts";
import { MASK, renderVariable } from "../wire/admin-wire.ts";

type Ids = "listVariables" | "createVariable" | "getVariable" | "patchVariable" | "deleteVariable";

const ORDER = {
  key: "key",
  description: "description",
  id: "key",
} as const;

/** Airflow's list of names that look like secrets: such a variable is a secret unless it is said not to be. */
const SECRET_NAME =
  /access_?token|api_?key|authorization|passphrase|passwd|password|private_?key|secret|token/iu;

/** Variables: the value of a secret one goes in and never comes out. */
export function variableRoutes(context: ServerContext): Handlers<Ids> {
  const { store, clock } = context;

  async function findOrThrow(key: string) {
    const variable = await store.findVariable(key);
    if (variable === undefined) {
      throw new AirloomError("variable.not_found", `Cannot find variable "${key}"`);
    }
    return variable;
  }

  return {
    listVariables: async ({ query }) => {
      const page = pageOf(query, ORDER, ["key"]);
      const pattern = query.variable_key_pattern;
      if (pattern === undefined) {
        const { items, total } = await store.listVariables({}, page);
        return { variables: cut(items, query.limit).map(renderVariable), total_entries: total };
      }
      const all = await loadAll((next) =>
        store.listVariables({}, { ...next, orderBy: page.orderBy ?? [] }),
      );
      const chosen = all.filter(({ key }) => matchesPattern(pattern, key));
      return {
        variables: chosen.slice(query.offset, query.offset + query.limit).map(renderVariable),
        total_entries: chosen.length,
      };
    },

    createVariable: async ({ body }) => {
      if ((await store.findVariable(body.key)) !== undefined) {
        throw new AirloomError(
          "run.conflict",
          `Cannot create variable "${body.key}": there is one of that name`,
        );
      }
      const variable = {
        key: body.key,
        value: textOf(body.value),
        description: body.description ?? null,
        isSecret: body.is_secret ?? SECRET_NAME.test(body.key),
      };
      await store.saveVariable(variable, clock.now());
      return renderVariable(await findOrThrow(body.key));
    },

    getVariable: async ({ params }) => renderVariable(await findOrThrow(params.variable_key)),

    patchVariable: async ({ params, query, body }) => {
      const known = await findOrThrow(params.variable_key);
      if (body.key !== undefined && body.key !== known.key) {
        throw new AirloomError(
          "variable.bad_value",
          `Cannot rename variable "${known.key}": create another and delete this one`,
        );
      }
      await store.saveVariable(change(known, maskBody(body, query.update_mask)), clock.now());
      return renderVariable(await findOrThrow(known.key));
    },

    deleteVariable: async ({ params }) => {
      await findOrThrow(params.variable_key);
      if (!(await store.deleteVariable(params.variable_key))) {
        throw new AirloomError(
          "variable.bad_value",
          `Cannot delete variable "${params.variable_key}": it is set in the environment`,
        );
      }
      return undefined;
    },
  };
}

type Patch = BodyOf<"patchVariable">;

function maskBody(body: Patch, mask: readonly string[] | undefined): Patch {
  if (mask === undefined) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => mask.includes(name)));
}

/** A secret that comes back as its mask was not edited. A secret never turns into one that is not, value and all. */
function change(
  known: { key: string; value: string; description: string | null; isSecret: boolean },
  body: Patch,
) {
  const isKept = body.value === undefined || (known.isSecret && body.value === MASK);
  const isSecret = body.is_secret ?? known.isSecret;
  if (known.isSecret && !isSecret && isKept) {
    throw new AirloomError(
      "variable.bad_value",
      `Cannot make variable "${known.key}" readable with its old value: give a new one`,
    );
  }
  return {
    key: known.key,
    value: isKept || body.value === undefined ? known.value : textOf(body.value),
    description: body.description === undefined ? known.description : body.description,
    isSecret,
  };
}

/** Airflow keeps every value as text; what is no text is written as JSON. */
function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
