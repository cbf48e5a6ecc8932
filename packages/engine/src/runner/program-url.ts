/**
 * The URL of one of our programs that lies beside the module `base`.
 *
 * Its extension is that of the module: `.ts` from the sources, `.js` from a build.
 */
export function programUrl(name: string, base: string): URL {
  return new URL(`${name}${base.slice(base.lastIndexOf("."))}`, base);
}
