import { type Manifest, type WorkspacePackage, workspaceFolder } from "./workspace.ts";

type Versions = Readonly<Record<string, string>>;

/** Answers whether a path below a package's folder, such as `./src/index.js`, is in the published package. */
type IsShipped = (path: string) => boolean;

/** The manifest of a package that travels inside of the published one. What it needs from npm is named there, once. */
export function bundledManifest(manifest: Manifest, isShipped: IsShipped): object {
  const { name, version, license, type, sideEffects, exports = {} } = manifest;
  return {
    name,
    version,
    license,
    type,
    sideEffects,
    exports: publishedExports(exports, isShipped),
  };
}

/** The manifest of the published package: of the command line, with what all packages need from npm. */
export function publishedManifest({
  root,
  packages: [cli, ...bundled],
  isShipped,
}: {
  readonly root: Manifest;
  readonly packages: readonly [WorkspacePackage, ...WorkspacePackage[]];
  readonly isShipped: IsShipped;
}): object {
  const own = Object.fromEntries(
    bundled.map(({ manifest }) => [manifest.name, manifest.version] as const),
  );
  // The web app ships built: what it is built from stays at home.
  const running = [cli, ...bundled]
    .map(({ manifest }) => manifest)
    .filter(({ name }) => name !== "@airloom/web");
  return {
    name: cli.manifest.name,
    version: cli.manifest.version,
    description: root.description,
    license: root.license,
    type: cli.manifest.type,
    sideEffects: cli.manifest.sideEffects,
    engines: root.engines,
    bin: cli.manifest.bin,
    exports: publishedExports(cli.manifest.exports ?? {}, isShipped),
    dependencies: { ...own, ...union(running.map(({ dependencies = {} }) => dependencies)) },
    optionalDependencies: union(
      [root, ...running].map(({ optionalDependencies = {} }) => optionalDependencies),
    ),
    bundleDependencies: Object.keys(own),
  };
}

function publishedExports(exports: Versions, isShipped: IsShipped): object {
  const entries = Object.entries(exports).flatMap(([name, source]) => {
    const [code, types] = [source.replace(/\.ts$/u, ".js"), source.replace(/\.ts$/u, ".d.ts")];
    if (!isShipped(code)) return [];
    const hasTypes = types !== source && isShipped(types);
    return [[name, hasTypes ? { types, default: code } : code] as const];
  });
  return Object.fromEntries(entries);
}

/** What comes from npm, sorted. Packages that want different versions of one cannot ship together. */
function union(parts: readonly Versions[]): Versions {
  const all = new Map<string, string>();
  for (const [name, version] of parts.flatMap((part) => Object.entries(part))) {
    if (workspaceFolder(name) !== undefined) continue;
    const other = all.get(name) ?? version;
    if (other !== version) {
      throw new Error(
        `Cannot pack: "${name}" is wanted as ${other} and as ${version}; one package has room for one version`,
      );
    }
    all.set(name, version);
  }
  return Object.fromEntries([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
