/** Local storage that never throws: without it (private windows, a full disk) everything lives as long as the page. */
const PREFIX = "sojourn.";
const memory = new Map<string, string>();

function store(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export function read<T>(name: string): T | undefined {
  const text = memory.get(name) ?? store()?.getItem(PREFIX + name);
  try {
    return text ? (JSON.parse(text) as T) : undefined;
  } catch {
    return undefined;
  }
}

export function write(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    const kept = store();
    if (!kept) throw new Error("no storage");
    kept.setItem(PREFIX + name, text);
    memory.delete(name);
  } catch {
    memory.set(name, text);
  }
}

export function remove(name: string): void {
  memory.delete(name);
  try {
    store()?.removeItem(PREFIX + name);
  } catch {
    // nothing is kept then
  }
}

/** Return the names that begin with a text, sorted. */
export function names(start: string): string[] {
  const found = new Set([...memory.keys()].filter((name) => name.startsWith(start)));
  const kept = store();
  for (let i = 0; kept && i < kept.length; i++) {
    const name = kept.key(i) ?? "";
    if (name.startsWith(PREFIX + start)) found.add(name.slice(PREFIX.length));
  }
  return [...found].sort();
}

/** Return a random id of 128 bits, in the form of a UUID. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 15) | 64;
  bytes[8] = (bytes[8]! & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join("-");
}
