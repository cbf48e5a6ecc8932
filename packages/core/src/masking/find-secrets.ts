import type { Connection } from "../ports/config-store.ts";

/** Names whose values nobody is shown: Airflow's list, and what providers call them beside. */
const SECRET_NAME =
  /access_?key|access_?token|account_?key|api_?key|authorization|credential|keyfile_dict|pass_?phrase|passwd|password|^pass$|private_?key|pwd|secret|service_account|signature|^sig$|token/iu;
/** Names whose values are hidden where they turn up in a log: rather too many than too few. */
const HIDDEN_NAME =
  /pass(?!ive)|pwd|secret|token|key|credential|private|auth|signature|^sig$|service_account/iu;

/** `scheme://user:password@`; a user without a password is a token, as in `https://ghp_…@github.com`. */
const USER_INFO = /[a-z][a-z0-9+.-]*:\/\/(?<user>[^\s/?#:@]*)(?::(?<password>[^\s/?#]*))?@/giu;
/** `name=value`, as in a query, a DSN or a connection string. */
const ASSIGNMENT =
  /(?<name>[\w.-]+)\s*=\s*(?:"(?<quoted>[^"]*)"|'(?<single>[^']*)'|(?<value>[^\s&;,'"]+))/gu;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The secrets in a value made of JSON: what stands under a secret name, and what hides inside of texts. */
export function findSecrets(value: unknown, isSecret = false): readonly string[] {
  if (typeof value === "string")
    return isSecret ? [value, ...secretsInText(value)] : secretsInText(value);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    findSecrets(item, isSecret || HIDDEN_NAME.test(name)),
  );
}

/** Secrets that stand inside of a text: user info of addresses, and assignments to secret names; decoded ones too. */
export function secretsInText(text: string): readonly string[] {
  const userInfo = [...text.matchAll(USER_INFO)].flatMap(({ groups = {} }) => {
    const { user = "", password } = groups;
    return [password ?? user];
  });
  const assigned = [...text.matchAll(ASSIGNMENT)].flatMap(({ groups = {} }) => {
    const value = groups["quoted"] ?? groups["single"] ?? groups["value"] ?? "";
    return HIDDEN_NAME.test(groups["name"] ?? "") ? [value] : [];
  });
  return [...userInfo, ...assigned].flatMap((secret) => [secret, decode(secret)]);
}

/** The text for people to read: `mark` stands where `secretsInText` finds a secret. */
export function maskSecretsInText(text: string, mark: string): string {
  return text
    .replaceAll(USER_INFO, (whole, user: string, password: string | undefined) => {
      const secret = password ?? user;
      return secret === "" ? whole : `${whole.slice(0, -secret.length - 1)}${mark}@`;
    })
    .replaceAll(ASSIGNMENT, (whole: string, name: string, ...values: (string | undefined)[]) => {
      const secret = values[0] ?? values[1] ?? values[2] ?? "";
      if (secret === "" || !isSecretName(name)) return whole;
      // The last of them: the name may hold the same letters, as in `password=pass`.
      const at = whole.lastIndexOf(secret);
      return whole.slice(0, at) + mark + whole.slice(at + secret.length);
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Everything secret in a connection. */
export function secretsOfConnection({
  password,
  host,
  schema,
  extra,
}: Connection): readonly string[] {
  return [
    ...(password === null ? [] : [password]),
    ...secretsInText(host ?? ""),
    ...secretsInText(schema ?? ""),
    ...findSecrets(extra === null ? null : parseExtra(extra)),
  ];
}

function parseExtra(extra: string): unknown {
  try {
    return JSON.parse(extra);
  } catch {
    return extra;
  }
}
