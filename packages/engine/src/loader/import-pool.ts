import { killTagged } from "../runner/process-group.ts";
import { type Imported, type Importer, type ImporterSettings, openImporter } from "./importer.ts";

/** Imports files in processes of which a few work at once, so that a file that hangs does not hold up the others. */
export interface ImportPool {
  import(file: string): Promise<Imported>;
  close(): Promise<void>;
}

const MAX_PROCESSES = 4;
/** As long as one process keeps up, no second one is started. */
const PATIENCE_MS = 300;

interface Job {
  readonly file: string;
  readonly settle: (imported: Imported) => void;
}

/** Opens a pool with one process that is warm already, ready for the first file that is saved. */
export function openImportPool(settings: ImporterSettings): ImportPool {
  return new Pool(settings);
}

class Pool implements ImportPool {
  readonly #settings: ImporterSettings;
  readonly #queue: Job[] = [];
  readonly #endedTags = new Set<string>();
  #spare: Importer;
  #working = 0;
  #isClosed = false;

  constructor(settings: ImporterSettings) {
    this.#settings = settings;
    this.#spare = openImporter(settings);
  }

  import(file: string): Promise<Imported> {
    return new Promise((settle) => {
      this.#queue.push({ file, settle });
      if (this.#working === 0) void this.#work();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#end(this.#spare);
    await this.#reap();
  }

  /** One process takes files until none is left; processes live no longer than the files that came together. */
  async #work(): Promise<void> {
    this.#working += 1;
    let importer = this.#takeSpare();
    let isFresh = true;
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      const helper = setTimeout(() => this.#callHelp(), PATIENCE_MS);
      const imported = await importer.import(job.file);
      clearTimeout(helper);
      // What an earlier file of this process left behind must not be blamed on this one.
      if (imported.report.failure !== null && !isFresh) this.#queue.unshift(job);
      else job.settle(imported);
      isFresh = !imported.isReusable;
      if (imported.isReusable) continue;
      this.#end(importer);
      importer = this.#takeSpare();
    }
    this.#end(importer);
    this.#working -= 1;
    if (this.#working === 0) await this.#reap();
  }

  #callHelp(): void {
    if (this.#queue.length > 0 && this.#working < MAX_PROCESSES) void this.#work();
  }

  #takeSpare(): Importer {
    const importer = this.#spare;
    this.#spare = openImporter(this.#settings);
    if (this.#isClosed) this.#end(this.#spare);
    return importer;
  }

  #end(importer: Importer): void {
    this.#endedTags.add(importer.tag);
    importer.close();
  }

  /** Kills what imported files started and left running, wherever it went. */
  async #reap(): Promise<void> {
    const tags = new Set(this.#endedTags);
    this.#endedTags.clear();
    await killTagged(tags);
  }
}
