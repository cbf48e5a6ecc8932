const MAX_ID = 2_147_483_647;

/** Whether the database could have a row of that id: ids are its four-byte integers, and it refuses larger numbers. */
export function canBeId(number: number): boolean {
  return Number.isInteger(number) && Math.abs(number) <= MAX_ID;
}
