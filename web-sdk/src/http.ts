/** Bytes that browsers let outlive a page (64 KiB of all requests together), less what a header takes. */
export const KEPT_ALIVE = 60_000;

/** One request to the server: text, so that no browser asks for permission first. */
export async function post(url: string, body: unknown): Promise<Response> {
  const text = JSON.stringify(body);
  return fetch(url, {
    method: "POST",
    body: text,
    headers: { "Content-Type": "text/plain" },
    credentials: "omit",
    keepalive: bytesOf(text) <= KEPT_ALIVE,
  });
}

/** Return how many bytes a text has on its way. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Tell whether it makes sense to send the same thing again. */
export function isTemporary(status: number): boolean {
  return status === 429 || status >= 500;
}
