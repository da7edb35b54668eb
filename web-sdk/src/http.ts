/** One request to the server: text, so that no browser asks for permission first. */
export async function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "text/plain" },
    credentials: "omit",
    keepalive: true,
  });
}

/** Tell whether it makes sense to send the same thing again. */
export function isTemporary(status: number): boolean {
  return status === 429 || status >= 500;
}
