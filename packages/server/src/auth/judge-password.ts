import { AirloomError } from "@airloom/core";

/** Whose password it is to be, and where. */
export interface PasswordPlace {
  readonly username: string;
  readonly project: string;
}

/** Words that whoever guesses tries first, beside the names of user and project: docs/security.md lists them. */
const WORDS = ["airloom", "airflow", "dbtcloud", "admin", "editor", "viewer", "password"];
const SHORTEST_WORD = 4;
const SHORTEST_REST = 8;

/**
 * Refuses a password that others would guess: one of the usual ones, or little more than words that belong here.
 *
 * Errors: `input.invalid`.
 */
export async function checkPassword(password: string, place: PasswordPlace): Promise<void> {
  const reason = judgePassword(password, place, await loadCommonPasswords());
  if (reason === undefined) return;
  throw new AirloomError("input.invalid", `Cannot use this password: ${reason}`);
}

/** Why a password is easily guessed; `undefined` where it is not. `common` holds lower-case ones. */
export function judgePassword(
  password: string,
  { username, project }: PasswordPlace,
  common: ReadonlySet<string>,
): string | undefined {
  const text = foldText(password);
  if (text === foldText(username)) return `it is the name of the user, "${username}"`;
  if (common.has(text)) return "it is among those that everybody tries first; choose another";
  const words = [...WORDS, ...wordsOf(username), ...wordsOf(project)].toSorted(
    (a, b) => b.length - a.length,
  );
  const found = words.filter((word) => text.includes(word));
  const rest = found.reduce((left, word) => left.replaceAll(word, ""), text);
  if (found.length === 0 || rest.length >= SHORTEST_REST) return undefined;
  return `beside "${found.join('", "')}", which is guessed first, it has ${rest.length} characters; expected ${SHORTEST_REST} or more`;
}

/** A name and its parts, as far as they are long enough to be told from chance. */
function wordsOf(name: string): readonly string[] {
  const whole = foldText(name);
  return [whole, ...whole.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length >= SHORTEST_WORD);
}

function foldText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

let loading: Promise<ReadonlySet<string>> | undefined;

/** The 49,000 most used passwords out of published breaches, most of them shorter than ours may be; loaded when first asked for. */
function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set(dictionary["passwords-common"].map(foldText)),
  );
  return loading;
}
