/** One value in DER, the encoding certificates are written in. */
export type Der = Buffer;

function encode(tag: number, content: Buffer): Der {
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, content]);
}

export function sequence(...items: readonly Der[]): Der {
  return encode(0x30, Buffer.concat([...items]));
}

export function set(item: Der): Der {
  return encode(0x31, item);
}

export function integer(bytes: Buffer): Der {
  // A leading one bit would make it negative.
  return encode(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function boolean(value: boolean): Der {
  return encode(0x01, Buffer.from([value ? 0xff : 0]));
}

export function octets(content: Buffer): Der {
  return encode(0x04, content);
}

export function bits(content: Buffer, unusedBits = 0): Der {
  return encode(0x03, Buffer.concat([Buffer.from([unusedBits]), content]));
}

export function text(value: string): Der {
  return encode(0x0c, Buffer.from(value, "utf8"));
}

/** An instant: two digits for the year before 2050, four from then on, as the standard wants it. */
export function time(at: Date): Der {
  const digits = at
    .toISOString()
    .replace(/[-:T]/gu, "")
    .replace(/\.\d+Z$/u, "Z");
  return at.getUTCFullYear() < 2050
    ? encode(0x17, Buffer.from(digits.slice(2)))
    : encode(0x18, Buffer.from(digits));
}

/** A value under a number that its context gives meaning to. */
export function tagged(number: number, content: Buffer, isConstructed: boolean): Der {
  return encode((isConstructed ? 0xa0 : 0x80) | number, content);
}

/** A dotted object identifier. */
export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(encodeBase128)];
  return encode(0x06, Buffer.from(bytes));
}

function encodeBase128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
