import type { JsonValue } from "../json.ts";
import { isSecretName, maskSecretsInText } from "./find-secrets.ts";

/** What stands in place of a secret value. */
export const MASK = "***";

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

/** What of an extra anybody may see, without a trace of its secrets: an empty text stands where one stood. */
export function withoutSecrets(extra: string): {
  readonly extra: string;
  readonly names: readonly string[];
} {
  const value = parseJson(extra);
  if (value === undefined) return { extra: "", names: ["extra"] };
  const names: string[] = [];
  const strip = (inner: JsonValue, path: string): JsonValue => {
    if (typeof inner === "string") {
      const stripped = maskSecretsInText(inner, "");
      if (stripped !== inner) names.push(path);
      return stripped;
    }
    if (isList(inner)) return inner.map((item, at) => strip(item, `${path}[${at}]`));
    if (!isObject(inner)) return inner;
    return Object.fromEntries(
      Object.entries(inner).flatMap(([key, item]) => {
        if (!isSecretName(key) || isEmpty(item)) return [[key, strip(item, `${path}.${key}`)]];
        names.push(`${path}.${key}`);
        return [];
      }),
    );
  };
  return { extra: JSON.stringify(strip(value, "extra")), names };
}

function isEmpty(value: JsonValue): boolean {
  return value === null || value === "";
}

function mask(value: JsonValue): JsonValue {
  if (typeof value === "string") return maskSecretsInText(value, MASK);
  if (isList(value)) return value.map(mask);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecretName(key) && !isEmpty(inner) ? MASK : mask(inner),
    ]),
  );
}

function unmask(after: JsonValue, before: JsonValue | undefined): JsonValue {
  if (after === MASK) return before ?? after;
  if (typeof after === "string" && typeof before === "string" && after === mask(before))
    return before;
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
