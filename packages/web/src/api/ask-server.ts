/** `fetch` that says in plain words when nobody answers: browsers say "Failed to fetch", each in its own way. */
export async function askServer(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new Error("The server does not answer", { cause });
  }
}
