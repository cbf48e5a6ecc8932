/** True for a text that can be the id of a row; any other id, such as one typed into an address, names no row. */
export function isRowId(text: string): boolean {
  return /^[1-9][0-9]{0,17}$/u.test(text);
}
