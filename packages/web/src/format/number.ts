const COUNT = new Intl.NumberFormat("en-US");

/** `1,215`. */
export function renderCount(value: number): string {
  return COUNT.format(value);
}

/** `20 of 22`, or the number alone where all are listed. */
export function renderShown(shown: number, total: number): string {
  return shown < total ? `${renderCount(shown)} of ${renderCount(total)}` : renderCount(total);
}

/** `1 task`, `3 tasks`. */
export function renderPlural(count: number, one: string, many = `${one}s`): string {
  return `${renderCount(count)} ${count === 1 ? one : many}`;
}
