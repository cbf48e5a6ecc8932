import { AirloomError, type Page, type PageRequest } from "@airloom/core";
import type { Database } from "./database.ts";
import type { Where } from "./where.ts";

const MAX_LIMIT = 1_000;

/** A list that is read page by page. */
export interface Listing {
  /** Of what, for messages: "dag runs". */
  readonly title: string;
  readonly columns: string;
  readonly source: string;
  /** Fields that may be ordered by, each with its SQL; nothing else ever reaches the text of a statement. */
  readonly orderFields: Readonly<Record<string, string>>;
  /** Order when none is asked for. */
  readonly defaultOrder: string;
  /** Makes every order total, so that pages neither repeat nor miss rows. */
  readonly tieBreak: string;
}

/** Reads one page and counts the whole. */
export function loadPage<T extends object>(
  database: Database,
  listing: Listing,
  query: { readonly where: Where; readonly page: PageRequest },
): Promise<Page<T>> {
  const { where, page } = query;
  const order = orderText(listing, page);
  const [limit, offset] = [
    parseCount(listing, "limit", page.limit),
    parseCount(listing, "offset", page.offset),
  ];
  return database.read(async (queries) => {
    const items = await queries.rows<T>({
      text: `select ${listing.columns} from ${listing.source} ${where.text}
             order by ${order} limit ${limit} offset ${offset}`,
      values: where.values,
    });
    const [count] = await queries.rows<{ total: number }>({
      text: `select count(*)::int as total from ${listing.source} ${where.text}`,
      values: where.values,
    });
    return { items, total: count?.total ?? 0 };
  });
}

function orderText(listing: Listing, { orderBy = [] }: PageRequest): string {
  const asked = orderBy.map((field) => {
    const isDescending = field.startsWith("-");
    const name = isDescending ? field.slice(1) : field;
    const sql = Object.hasOwn(listing.orderFields, name) ? listing.orderFields[name] : undefined;
    if (sql === undefined) {
      const known = Object.keys(listing.orderFields).toSorted().join(", ");
      throw new AirloomError(
        "input.invalid",
        `Cannot order ${listing.title} by "${name}": expected one of ${known}`,
      );
    }
    return `${sql} ${isDescending ? "desc" : "asc"} nulls last`;
  });
  return [...(asked.length === 0 ? [listing.defaultOrder] : asked), listing.tieBreak].join(", ");
}

function parseCount(listing: Listing, name: "limit" | "offset", value: number): number {
  const min = name === "limit" ? 1 : 0;
  const max = name === "limit" ? MAX_LIMIT : Number.MAX_SAFE_INTEGER;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new AirloomError(
    "input.invalid",
    `Cannot list ${listing.title} with ${name} ${value}: expected a whole number from ${min} to ${max}`,
  );
}
