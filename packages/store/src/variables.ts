import { AirloomError, type ConfigStore, type Variable } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import type { Database } from "./database.ts";
import { type Listing, loadPage } from "./page.ts";
import type { SecretBox } from "./secret-box.ts";
import { containing, Where } from "./where.ts";

type Env = Readonly<Record<string, string | undefined>>;
type Row = Omit<Variable, "value"> & {
  readonly value: string | null;
  readonly sealed: string | null;
};

/** What a list shows in place of a secret. */
const MASK = "***";

const VARIABLES: Listing = {
  title: "variables",
  columns: `v.key, v.value, v.value_encrypted as sealed, v.description, v.is_secret as "isSecret",
    v.updated_at as "updatedAt"`,
  source: "airloom.variable v",
  orderFields: { description: "v.description", key: "v.key", updatedAt: "v.updated_at" },
  defaultOrder: "v.key",
  tieBreak: "v.key",
};

/** Variables; secret ones are encrypted. */
export function variableStore(
  database: Database,
  secrets: SecretBox,
  env: Env,
): Pick<ConfigStore, "saveVariable" | "deleteVariable" | "findVariable" | "listVariables"> & {
  readonly loadVariableSecrets: () => Promise<readonly string[]>;
} {
  return {
    loadVariableSecrets: async () => {
      const rows = await database.rows<{ key: string; sealed: string }>({
        text: `select key, value_encrypted as sealed from airloom.variable
               where value_encrypted is not null order by key`,
        values: [],
      });
      return rows.map(({ key, sealed }) => secrets.unseal(sealed, placeOf(key)));
    },

    saveVariable: async ({ key, value, description, isSecret }, now) => {
      if (key === "" || key.length > 250 || key.includes("\0")) {
        throw new AirloomError(
          "variable.bad_value",
          `Cannot save variable "${key}": expected a key of 1 to 250 characters`,
        );
      }
      await database.run({
        text: `insert into airloom.variable (key, value, value_encrypted, description, is_secret, updated_at)
               values ($1, $2, $3, $4, $5, $6)
               on conflict (key) do update set value = excluded.value,
                 value_encrypted = excluded.value_encrypted, description = excluded.description,
                 is_secret = excluded.is_secret, updated_at = excluded.updated_at`,
        values: [
          key,
          isSecret ? null : cleanText(value),
          isSecret ? secrets.seal(value, placeOf(key)) : null,
          description === null ? null : cleanText(description),
          isSecret,
          now,
        ],
      });
    },

    deleteVariable: async (key) =>
      (await database.run({
        text: "delete from airloom.variable where key = $1",
        values: [key],
      })) > 0,

    findVariable: async (key) => {
      const value = env[`AIRLOOM_VAR_${key.toUpperCase()}`];
      if (value !== undefined) {
        return { key, value, description: null, isSecret: false, updatedAt: null };
      }
      const [row] = await database.rows<Row>({
        name: "find_variable",
        text: `select ${VARIABLES.columns} from ${VARIABLES.source} where v.key = $1`,
        values: [key],
      });
      if (row === undefined) return undefined;
      return toVariable(row, (sealed) => secrets.unseal(sealed, placeOf(key)));
    },

    listVariables: async (filter, page) => {
      const { items, total } = await loadPage<Row>(database, VARIABLES, {
        page,
        where: new Where().add("v.key ilike ?", containing(filter.search)),
      });
      return { items: items.map((row) => toVariable(row, () => MASK)), total };
    },
  };
}

function toVariable({ value, sealed, ...rest }: Row, unseal: (sealed: string) => string): Variable {
  return { ...rest, value: sealed === null ? (value ?? "") : unseal(sealed) };
}

function placeOf(key: string): string {
  return `variable "${key}"`;
}
