/** As long as a timer of the platform can be. */
const MAX_MS = 2_147_483_647;

/** Calls back after that time, however long. The returned function cancels it. */
export function makeLongTimer(milliseconds: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const partMs = Math.min(Math.max(0, leftMs), MAX_MS);
    timer = setTimeout(() => {
      if (leftMs > MAX_MS) wait(leftMs - partMs);
      else callback();
    }, partMs);
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}
