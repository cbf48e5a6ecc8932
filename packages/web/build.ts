import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, context, type Metafile } from "esbuild";

const ROOT = dirname(fileURLToPath(import.meta.url));
const ENTRY = "src/main.tsx";

/** Where `buildWeb` writes unless told otherwise. */
export const WEB_DIST = join(ROOT, "dist");

function optionsFor(outDir: string): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    outdir: outDir,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2023",
    jsx: "automatic",
    minify: true,
    sourcemap: true,
    metafile: true,
    logLevel: "warning",
    entryNames: "assets/[name]-[hash]",
    chunkNames: "assets/[name]-[hash]",
    assetNames: "assets/[name]-[hash]",
    loader: { ".woff2": "file" },
    // Hashed files lie beside each other, so that one build works under every path prefix.
    publicPath: "",
    define: { "process.env.NODE_ENV": '"production"' },
  };
}

/** Names of the entry's script and style sheet, relative to the output folder. */
function findEntry(metafile: Metafile, outDir: string): { script: string; style: string } {
  const entry = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === ENTRY);
  if (entry?.[1].cssBundle === undefined) throw new Error(`Build of ${ENTRY} gave no style sheet`);
  const [script, { cssBundle }] = entry;
  return {
    script: relative(outDir, join(ROOT, script)),
    style: relative(outDir, join(ROOT, cssBundle)),
  };
}

async function writePage(metafile: Metafile, outDir: string): Promise<void> {
  const { script, style } = findEntry(metafile, outDir);
  const template = await readFile(join(ROOT, "src/index.html"), "utf8");
  const page = template.replace("{{script}}", `/${script}`).replace("{{style}}", `/${style}`);
  await writeFile(join(outDir, "index.html"), page);
}

/**
 * Builds the web app into `outDir`: `index.html` and hashed files under `assets/`.
 *
 * The folder is emptied first. With `watch` it builds again on every change until the process ends.
 */
export async function buildWeb(
  options: { readonly outDir?: string; readonly watch?: boolean } = {},
): Promise<{ readonly outDir: string }> {
  const outDir = options.outDir ?? WEB_DIST;
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await cp(join(ROOT, "src/icons"), outDir, { recursive: true });

  if (options.watch === true) {
    const pageWriter = {
      name: "page",
      setup(api: import("esbuild").PluginBuild): void {
        api.onEnd(async ({ metafile }) => {
          if (metafile !== undefined) await writePage(metafile, outDir);
        });
      },
    };
    const watcher = await context({ ...optionsFor(outDir), plugins: [pageWriter] });
    await watcher.watch();
    return { outDir };
  }

  const { metafile } = await build(optionsFor(outDir));
  if (metafile === undefined) throw new Error("esbuild gave no metafile");
  await writePage(metafile, outDir);
  return { outDir };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { outDir } = await buildWeb({ watch: process.argv.includes("--watch") });
  console.log(`Built ${relative(process.cwd(), outDir)}`);
}
