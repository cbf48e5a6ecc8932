import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** Turns passwords into PHC strings and checks them. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** False also for a hash it cannot read. */
  verify(password: string, hash: string): Promise<boolean>;
  /** A hash that no password matches, and that takes as long to check as any other: for names of which there is no user. */
  makeDecoy(): string;
}

const LOG2_COST = 17;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const PHC =
  /^\$scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,2}),p=(?<p>\d{1,2})\$(?<salt>[A-Za-z0-9+/]+)\$(?<key>[A-Za-z0-9+/]+)$/u;

/** scrypt from node:crypto, written as `$scrypt$ln=17,r=8,p=1$salt$key`. `log2Cost` below 17 is for tests. */
export function createScryptHasher(log2Cost: number = LOG2_COST): PasswordHasher {
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const key = await derive(password, salt, {
        log2Cost,
        blockSize: BLOCK_SIZE,
        parallelism: PARALLELISM,
      });
      return `$scrypt$ln=${log2Cost},r=${BLOCK_SIZE},p=${PARALLELISM}$${encode(salt)}$${encode(key)}`;
    },

    makeDecoy: () =>
      `$scrypt$ln=${log2Cost},r=${BLOCK_SIZE},p=${PARALLELISM}$${encode(randomBytes(SALT_BYTES))}$${encode(randomBytes(KEY_BYTES))}`,

    async verify(password, hash) {
      const parts = PHC.exec(hash)?.groups;
      if (parts === undefined) return false;
      const expected = Buffer.from(parts["key"] ?? "", "base64");
      const costs = {
        log2Cost: Number(parts["ln"]),
        blockSize: Number(parts["r"]),
        parallelism: Number(parts["p"]),
      };
      if (costs.log2Cost > 20 || costs.blockSize > 32 || expected.length !== KEY_BYTES)
        return false;
      const actual = await derive(password, Buffer.from(parts["salt"] ?? "", "base64"), costs);
      return timingSafeEqual(actual, expected);
    },
  };
}

interface Costs {
  readonly log2Cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
}

function derive(password: string, salt: Buffer, costs: Costs): Promise<Buffer> {
  const cost = 2 ** costs.log2Cost;
  const options: ScryptOptions = {
    cost,
    blockSize: costs.blockSize,
    parallelization: costs.parallelism,
    maxmem: 256 * cost * costs.blockSize,
  };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
