/** What the process answers to scripts. Documented in docs/cli.md. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  timeout: 5,
  conflict: 6,
  /** A run that succeeded although something in it failed. */
  failedInside: 7,
  bug: 70,
  interrupted: 130,
} as const;
