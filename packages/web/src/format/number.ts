const COUNT = new Intl.NumberFormat("en-US");

/** `1,215`. */
export function renderCount(value: number): string {
  return COUNT.format(value);
}

/** `1 task`, `3 tasks`. */
export function renderPlural(count: number, one: string, many = `${one}s`): string {
  return `${renderCount(count)} ${count === 1 ? one : many}`;
}
