import { stripVTControlCharacters } from "node:util";

const FLUSH_AFTER_MS = 150;
const MAX_BYTES = 20 * 1024 * 1024;

/** Collects a step's output in whole lines, hides secrets in it and saves it in small batches, in order. */
export class StepLog {
  readonly #append: (text: string) => Promise<void>;
  readonly #secrets: readonly string[];
  #partial = "";
  #pending = "";
  #size = 0;
  #tail = "";
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(append: (text: string) => Promise<void>, secrets: readonly string[]) {
    this.#append = append;
    this.#secrets = secrets.filter((secret) => secret.length >= 4);
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
    // A line without end must not grow without end.
    if (this.#partial.length > 100_000) this.#endLine();
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
    const clean = this.#mask(stripVTControlCharacters(text));
    this.#size += clean.length;
    this.#pending += clean;
    if (this.#size > MAX_BYTES) this.#pending += "The log ends here: it is longer than 20 MB\n";
    this.#tail = (this.#tail + clean).slice(-8_000);
    this.#timer ??= setTimeout(() => this.#save(), FLUSH_AFTER_MS);
  }

  #mask(text: string): string {
    return this.#secrets.reduce((masked, secret) => masked.replaceAll(secret, "*****"), text);
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
