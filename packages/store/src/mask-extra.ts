import type { JsonValue } from "@airloom/core";

/** What stands in place of a secret value. */
export const MASK = "***";

/** Airflow's list of names that look like secrets. */
const SECRET_NAME =
  /access_?key|access_?token|api_?key|authorization|credential|keyfile_dict|passphrase|passwd|password|private_?key|secret|service_account|token/iu;

/** Extra as JSON text in which the values of secret-looking keys are masked, at any depth; all of it when it is no JSON. */
export function maskExtra(extra: string): string {
  const value = parseJson(extra);
  return JSON.stringify(value === undefined ? MASK : mask(value));
}

/** Puts the stored values back where an edited extra still carries the mask. */
export function unmaskExtra(edited: string, stored: string | null): string {
  if (stored === null || !edited.includes(MASK)) return edited;
  const [after, before] = [parseJson(edited), parseJson(stored)];
  if (after === undefined) return edited;
  if (before === undefined) return after === MASK ? stored : edited;
  return JSON.stringify(unmask(after, before));
}

function mask(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(mask);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_NAME.test(key) && inner !== null && inner !== "" ? MASK : mask(inner),
    ]),
  );
}

function unmask(after: JsonValue, before: JsonValue | undefined): JsonValue {
  if (after === MASK) return before ?? after;
  if (isList(after)) {
    return after.map((item, at) => unmask(item, isList(before) ? before[at] : undefined));
  }
  if (!isObject(after)) return after;
  return Object.fromEntries(
    Object.entries(after).map(([key, inner]) => [
      key,
      unmask(inner, isObject(before) ? before[key] : undefined),
    ]),
  );
}

function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !isList(value);
}
