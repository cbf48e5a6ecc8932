import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The machine's own Chromium, or `undefined` where there is none. */
export const CHROMIUM = PATHS.find((path) => existsSync(path));

/** Starts Chromium so that it touches nothing but the page. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A key scrolls at once: how much passes by on the way must not depend on how busy the machine is.
      "--disable-smooth-scrolling",
    ],
  });
}
