import { AirloomError, type Clock, type Store } from "@airloom/core";
import { addressKeyOf } from "./address-key.ts";
import { RateLimit } from "./rate-limit.ts";

/** Who tries a password, from where. */
export interface Attempt {
  readonly username: string;
  readonly address: string;
}

export interface SignInLimitsOptions {
  readonly store: Pick<Store, "hasSessionFrom">;
  readonly clock: Clock;
  readonly perAddress: number;
  readonly perAccount: number;
}

/**
 * How many wrong passwords may be tried in a minute: from one address, and for one account from all addresses together.
 *
 * An address that the account was signed in from lately is not counted for the account: others who guess at it lock
 * its owner out there neither for a minute nor for ever.
 */
export class SignInLimits {
  readonly #store: SignInLimitsOptions["store"];
  readonly #ofAddress: RateLimit;
  readonly #ofAccount: RateLimit;

  constructor({ store, clock, perAddress, perAccount }: SignInLimitsOptions) {
    this.#store = store;
    this.#ofAddress = new RateLimit(clock, perAddress);
    this.#ofAccount = new RateLimit(clock, perAccount);
  }

  /**
   * Counts an attempt before its password is looked at. Answers what takes it back, for one that was no guess.
   *
   * Errors: `auth.too_many`.
   */
  async begin({ username, address }: Attempt): Promise<() => void> {
    const ofAddress = this.#ofAddress.take(addressKeyOf(address));
    if (!ofAddress.isWithin) throw tooMany("from this address", ofAddress.retryAfterS);
    const ofAccount = this.#ofAccount.take(username);
    if (ofAccount.isWithin) {
      return () => {
        ofAddress.giveBack();
        ofAccount.giveBack();
      };
    }
    if (await this.#store.hasSessionFrom(username, address)) return ofAddress.giveBack;
    throw tooMany("for this user from other addresses", ofAccount.retryAfterS);
  }
}

function tooMany(which: string, retryAfterS: number): AirloomError {
  return new AirloomError(
    "auth.too_many",
    `Cannot sign in: too many failed attempts ${which}, try again in ${retryAfterS} s`,
    { details: { retryAfterS } },
  );
}
