/**
 * Where to go after signing in: an address of this site, whatever the link said.
 *
 * Asked the way a browser reads it, which drops tabs and line breaks and takes `\` for `/`.
 */
export function safePath(next: string | undefined, origin: string): string {
  const isHere =
    next?.startsWith("/") === true &&
    URL.canParse(next, origin) &&
    new URL(next, origin).origin === origin;
  return isHere ? next : "/";
}
