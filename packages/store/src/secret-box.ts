/** One key of the ring. The first key of a ring encrypts; every key of it decrypts what it once encrypted. */
export interface SecretKey {
  /** Kept beside each ciphertext, so that a ring can be turned. */
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}
