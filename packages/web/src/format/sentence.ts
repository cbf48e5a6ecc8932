/** A message as a sentence: ours end without a period, those of others may have one. */
export function renderSentence(message: string): string {
  return /[.!?]$/u.test(message) ? message : `${message}.`;
}
