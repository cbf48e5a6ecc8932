const MIN_BASE64 = 6;

/** What shows of a secret in hex, and in the base64 of a longer text that holds it: patterns of texts in any case. */
export function encodeSecret(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = [0, 1, 2].flatMap((offset) => base64At(bytes, offset));
  return [hex, ...base64];
}

/** What shows of the bytes where they begin `offset` bytes after a group of three; quoted or in an address too. */
function base64At(bytes: Uint8Array, offset: number): readonly string[] {
  const shifted = [...new Uint8Array(offset), ...bytes];
  const encoded = btoa(shifted.map((byte) => String.fromCharCode(byte)).join(""));
  const start = offset === 0 ? 0 : offset + 1;
  const inner = encoded.slice(start, Math.floor((shifted.length * 8) / 6));
  // Too short to mean this secret and no other text.
  if (inner.length < MIN_BASE64) return [];
  return [
    inner.replaceAll("+", String.raw`(?:\+|-|%2b)`).replaceAll("/", String.raw`(?:\\?/|_|%2f)`),
  ];
}
