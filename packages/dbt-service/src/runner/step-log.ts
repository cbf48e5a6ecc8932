import { stripVTControlCharacters } from "node:util";
import { SecretMask } from "@airloom/core";

const FLUSH_AFTER_MS = 150;
const MAX_BYTES = 20 * 1024 * 1024;
const MAX_LINE_LENGTH = 100_000;
/** As dbt Cloud writes it. */
const MARK = "*****";

/** Collects a step's output in whole lines, hides secrets in it and saves it in small batches, in order. */
export class StepLog {
  readonly #append: (text: string) => Promise<void>;
  readonly #mask = new SecretMask(MARK);
  #partial = "";
  #pending = "";
  #size = 0;
  #tail = "";
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(append: (text: string) => Promise<void>, secrets: readonly string[]) {
    this.#append = append;
    for (const secret of secrets) this.#mask.add(secret);
  }

  /** The last few kilobytes, to look for known errors in. */
  get tail(): string {
    return this.#tail;
  }

  /** Takes output as it comes, in pieces of any size. */
  write(text: string): void {
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop() ?? "";
    if (lines.length > 0) this.#add(`${lines.join("\n")}\n`);
    // A line without end must not grow without end; no piece of it ends within a secret.
    if (this.#partial.length <= MAX_LINE_LENGTH) return;
    const cut = this.#mask.findCut(this.#partial);
    this.#add(`${this.#partial.slice(0, cut)}\n`);
    this.#partial = this.#partial.slice(cut);
  }

  /** Adds a line of our own. */
  line(text: string): void {
    if (this.#partial !== "") this.#endLine();
    this.#add(`${text}\n`);
  }

  #endLine(): void {
    this.#add(`${this.#partial}\n`);
    this.#partial = "";
  }

  #add(text: string): void {
    if (this.#size > MAX_BYTES) return;
    const clean = this.#mask.mask(stripVTControlCharacters(text));
    this.#size += clean.length;
    this.#pending += clean;
    if (this.#size > MAX_BYTES) this.#pending += "The log ends here: it is longer than 20 MB\n";
    this.#tail = (this.#tail + clean).slice(-8_000);
    this.#timer ??= setTimeout(() => this.#save(), FLUSH_AFTER_MS);
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    if (text === "") return;
    this.#pending = "";
    this.#saving = this.#saving.then(() => this.#append(text));
    // Whoever closes the log hears of a failure; until then it must not end the process.
    this.#saving.catch(() => undefined);
  }

  /** Resolves once everything written is saved. */
  async close(): Promise<void> {
    if (this.#partial !== "") this.#endLine();
    this.#save();
    await this.#saving;
  }
}
