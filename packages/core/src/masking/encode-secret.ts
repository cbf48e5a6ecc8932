const MIN_BASE64 = 6;

/** What shows of a secret in hex, and in the base64 of a longer text that holds it; in small letters. */
export function encodeSecret(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset));
  // A shorter one would mean many a text but this secret.
  return [hex, ...base64.filter((text) => text.length >= MIN_BASE64)];
}

/** What shows of the bytes where they begin `offset` bytes after a group of three. */
function base64At(bytes: Uint8Array, offset: number): string {
  const shifted = [...new Uint8Array(offset), ...bytes];
  const encoded = btoa(shifted.map((byte) => String.fromCharCode(byte)).join(""));
  const start = offset === 0 ? 0 : offset + 1;
  return encoded.slice(start, Math.floor((shifted.length * 8) / 6)).toLowerCase();
}

/** How the two signs of base64 are written: in an address and in JSON too. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  "+": ["+", "-", "%2b"],
  "/": ["/", "_", "%2f", "\\/"],
};

/** What a character of an encoding is written as. */
export function formsOf(character: string): readonly string[] {
  return SIGNS[character] ?? [character];
}

/** Where an encoded secret ends that begins at `at`, in letters of any size; 0 when there is none. */
export function findEncodedEnd(encoded: string, text: string, at: number): number {
  let end = at;
  for (const character of encoded) {
    const forms = SIGNS[character];
    const form =
      forms === undefined
        ? isLetterAt(text, end, character) && character
        : forms.find((it) => text.slice(end, end + it.length).toLowerCase() === it);
    if (form === undefined || form === false) return 0;
    end += form.length;
  }
  return end;
}

/** Only ASCII is compared: what is a letter of base64 in no other case, such as K of Kelvin, is none. */
function isLetterAt(text: string, at: number, letter: string): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x41 && code <= 0x5a ? code | 0x20 : code) === letter.charCodeAt(0);
}
