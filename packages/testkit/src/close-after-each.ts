import { afterEach } from "vitest";

/** Closes what a test has opened when it is over. */
export function closeAfterEach<
  Args extends readonly unknown[],
  Opened extends { close(): Promise<void> },
>(open: (...args: Args) => Promise<Opened>): (...args: Args) => Promise<Opened> {
  const all: Opened[] = [];
  afterEach(async () => {
    for (const opened of all.splice(0)) await opened.close();
  });
  return async (...args) => {
    const opened = await open(...args);
    all.push(opened);
    return opened;
  };
}
