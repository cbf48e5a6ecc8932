/** The platform runs beside the service: it is reached, and its session is known, by the name that reached this page. */
export function onThisHost(url: string | URL): string {
  const target = new URL(url);
  target.hostname = location.hostname;
  return target.href;
}
