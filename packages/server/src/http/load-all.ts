import type { Page, PageRequest } from "@airloom/core";

const PAGE = 1_000;
const MAX_PAGES = 20;

/** Reads a list to its end, page by page; bounded at 20,000 items. */
export async function loadAll<T>(
  loadPage: (page: PageRequest) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items: more, total } = await loadPage({ limit: PAGE, offset: page * PAGE });
    items.push(...more);
    if (more.length === 0 || items.length >= total) break;
  }
  return items;
}
