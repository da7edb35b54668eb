/** The script for pages: `<script src="…/sdk.js" data-key="WRITE_KEY"></script>` makes `window.sojourn`. */
import { Sojourn } from "./client.js";

declare global {
  interface Window {
    sojourn?: Sojourn;
    /** Calls from before the script was there: `[["track", "Product Added", {}], …]`. */
    sojournQueue?: [string, ...unknown[]][];
  }
}

const script = document.currentScript as HTMLScriptElement | null;
const writeKey = script?.dataset["key"];
if (script && writeKey) {
  const made = new Sojourn({ writeKey, server: script.dataset["server"] ?? new URL(".", script.src).href });
  window.sojourn = made;
  for (const [name, ...values] of window.sojournQueue ?? []) {
    const method = (made as unknown as Record<string, unknown>)[name];
    if (typeof method === "function") (method as (...all: unknown[]) => void).apply(made, values);
  }
  dispatchEvent(new Event("sojourn"));
}
