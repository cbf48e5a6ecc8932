import { type JsonRecord, readText } from "@airloom/dbt-cloud/contract";

/** Who signs in, and with what: all of it over HTTP, where a token may stand for both; otherwise the password. */
const SIGN_IN = /^(?<scheme>https?:\/\/)[^/]+@|^(?<user>[a-z][a-z0-9+.-]*:\/\/[^/@:]*:)[^/]+@/iu;

/** A repository as stored: an address that brings a password or a token has a form beside it that may be shown. */
export function normalizeRepository(given: JsonRecord, before: JsonRecord): JsonRecord {
  const sent = readText(given["remote_url"]);
  const isShown = sent !== null && sent === readText(before["remote_url_shown"]);
  const address = isShown ? readText(before["remote_url"]) : sent;
  const shown = address?.replace(
    SIGN_IN,
    (_all, scheme: string | undefined, user: string | undefined) => `${scheme ?? user ?? ""}*****@`,
  );
  return {
    remote_url: address,
    remote_url_shown: shown === undefined || shown === address ? null : shown,
    // The server's to say, and there is nothing to say: what a client sends of them is not kept.
    deploy_key: null,
    git_provider: null,
    gitlab: null,
  };
}
