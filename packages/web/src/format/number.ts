const COUNT = new Intl.NumberFormat("en-US");

/** `1,215`. */
export function renderCount(value: number): string {
  return COUNT.format(value);
}

/** `1 task`, `3 tasks`. */
export function renderPlural(count: number, one: string, many = `${one}s`): string {
  return `${renderCount(count)} ${count === 1 ? one : many}`;
}

/** `88 kB`, `1.2 MB`. */
export function renderBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
