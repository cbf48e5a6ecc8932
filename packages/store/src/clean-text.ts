/** PostgreSQL's text holds every character but NUL, which user code may well put into a message. */
export function cleanText(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\u{fffd}") : text;
}
