const CONTROLS = /\p{Cc}(?:\[[\d;]*m)?/gu;

/**
 * Text that does nothing to a terminal but stand there: lines, tabs and, where they are wanted, colours remain.
 *
 * What tasks print and name comes from anywhere: a carriage return would forge the beginning of a line, and escape
 * sequences move the cursor, hide links and set titles.
 */
export function tameText(text: string, hasColors: boolean): string {
  return text.replace(CONTROLS, (found) => {
    if (found.startsWith("\u001b[")) return hasColors ? found : "";
    return /^[\n\t]/u.test(found) ? found : found.slice(1);
  });
}
