/** The names under which a service may be asked. */
export interface HostRule {
  /** What it listens on: an address, or a name. */
  readonly bind: string;
  /** Further names and addresses: `airloom.example.com`, or `*.example.com` for all below it. */
  readonly allowed: readonly string[];
}

/** What a request says about where it was sent to. */
export interface RequestTarget {
  /** Every `Host` header there is, in their order. */
  readonly hosts: readonly string[];
  /** Of proxies that are trusted; no one else's. */
  readonly forwardedHosts: readonly string[];
  /** The target as it stands in the request line. */
  readonly url: string;
}

/** Whether a request may be looked at; where not, the status that says so and the reason, for people. */
export type HostVerdict =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly status: 400 | 421; readonly reason: string };

const AUTHORITY =
  /^(?:\[(?<v6>[\da-f:.]{2,45})\]|(?<name>[\da-z_](?:[\da-z_.-]{0,252}[\da-z_])?\.?))(?::(?<port>\d{1,5}))?$/iu;
const ABSOLUTE = /^[a-z][\d+.a-z-]*:\/\/(?<authority>[^/?#]*)/iu;
const ALLOWED: HostVerdict = { isAllowed: true };

/**
 * Decides by its name whether a request was meant for this service.
 *
 * A page whose name was made to lead to this machine (DNS rebinding) is same-origin with the service for its browser:
 * only the name, which the page cannot choose, tells it apart.
 */
export function judgeHost(target: RequestTarget, rule: HostRule): HostVerdict {
  const [host, ...others] = target.hosts;
  if (host === undefined || others.length > 0) {
    const count = host === undefined ? "none" : target.hosts.length;
    return refuse(
      400,
      `Cannot tell where this request was sent to: expected one Host header, got ${count}`,
    );
  }
  const absolute = ABSOLUTE.exec(target.url)?.groups?.["authority"];
  const names = [host, ...target.forwardedHosts, ...(absolute === undefined ? [] : [absolute])];
  return names.map((name) => judgeName(name, rule)).find(({ isAllowed }) => !isAllowed) ?? ALLOWED;
}

/** A request target without the scheme and host that clients write before it when they take us for a proxy. */
export function stripAuthority(url: string): string {
  const rest = url.replace(ABSOLUTE, "");
  return rest.startsWith("/") || rest === "*" ? rest : `/${rest}`;
}

/** Whether a text can stand in the list of allowed names. */
export function isHostPattern(text: string): boolean {
  const bare = text.startsWith("*.") ? text.slice(2) : text;
  const name = parseHost(bare.includes(":") && !bare.startsWith("[") ? `[${bare}]` : bare);
  return name !== undefined && !/[^:]:\d+$/u.test(bare.replace(/^\[.*\]/u, ""));
}

function judgeName(text: string, rule: HostRule): HostVerdict {
  const name = parseHost(text);
  if (name === undefined) {
    return refuse(
      400,
      `Cannot read host "${shorten(text)}": expected a name or an address, and perhaps a port`,
    );
  }
  if (isLoopback(name) || name === canonical(rule.bind)) return ALLOWED;
  if (rule.allowed.some((pattern) => matches(name, pattern))) return ALLOWED;
  return refuse(
    421,
    `Cannot answer under the name "${shorten(name)}": it is none of this server's. To allow it, add it to "hosts" in airloom.config.json, or to AIRLOOM__HOSTS`,
  );
}

function refuse(status: 400 | 421, reason: string): HostVerdict {
  return { isAllowed: false, status, reason };
}

/** The name in its one spelling, without port and final dot; addresses of IPv6 in brackets. `undefined` for what is none. */
function parseHost(text: string): string | undefined {
  const parts = AUTHORITY.exec(text)?.groups;
  if (parts === undefined || Number(parts["port"] ?? 0) > 65_535) return undefined;
  const { v6, name = "" } = parts;
  if (v6 !== undefined) return canonicalV6(v6);
  const lower = name.toLowerCase().replace(/\.$/u, "");
  if (lower.split(".").includes("")) return undefined;
  // Other spellings of addresses, such as 127.1 and 0x7f000001, are none that a client sends.
  return /(?:^|\.)(?:\d+|0x[\da-f]*)$/u.test(lower) && !V4.test(lower) ? undefined : lower;
}

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/u;

function canonicalV6(text: string): string | undefined {
  const url = `http://[${text}]/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** What a service listens on, as `parseHost` spells it. */
function canonical(bind: string): string {
  const bare = bind.replace(/%.*$/u, "");
  return parseHost(bare.includes(":") ? `[${bare}]` : bare) ?? "";
}

function isLoopback(name: string): boolean {
  return (
    name === "localhost" ||
    name === "[::1]" ||
    (V4.test(name) && name.startsWith("127.")) ||
    /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/u.test(name)
  );
}

function matches(name: string, pattern: string): boolean {
  if (pattern.startsWith("*.")) return name.endsWith(pattern.slice(1).toLowerCase());
  return name === canonical(pattern.replace(/^\[(?<v6>.*)\]$/u, "$<v6>"));
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
