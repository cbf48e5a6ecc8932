/** What is refused before anything else looks at it carries these alone. */
export const REFUSAL_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
} as const;

const STATUS_OF_PARSER: ReadonlyMap<string | undefined, string> = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** The whole answer to bytes that are no request. It has no body: nothing of what came is shown again. */
export function renderBareRefusal(parserCode: string | undefined): string {
  const status = STATUS_OF_PARSER.get(parserCode) ?? "400 Bad Request";
  const headers = { ...REFUSAL_HEADERS, "content-length": "0", connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[`HTTP/1.1 ${status}`, ...lines].join("\r\n")}\r\n\r\n`;
}
