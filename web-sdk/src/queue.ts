import { bytesOf, isTemporary, KEPT_ALIVE, post } from "./http.js";
import { names, randomId, read, remove, write } from "./storage.js";

const MOST = 1_000;
const BATCH = 50;
const KEPT = "event.";

/**
 * Events on their way to the server. Each is kept in a place of its own until the server has it, so that tabs do not
 * disturb one another; what is sent twice counts once, by its `messageId`.
 */
export class Queue {
  private failures = 0;
  private number = 0;
  private timer: number | undefined;
  private sending: Promise<boolean> | undefined;

  constructor(
    private readonly server: string,
    private readonly writeKey: string,
    private readonly sent: () => void,
  ) {
    addEventListener("online", () => this.soon(0));
    addEventListener("pagehide", () => this.beacon());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.beacon();
    });
    if (names(KEPT).length) this.soon(500);
  }

  put(event: Record<string, unknown>): void {
    const at = Date.now();
    // A browser's clock is coarse: what is put in one tick is told apart by its number on this page.
    const order = [at, Math.round(performance.now() * 1000), this.number++].map((part) =>
      String(part).padStart(15, "0"),
    );
    const message = { ...event, messageId: `web-${randomId()}`, timestamp: new Date(at).toISOString() };
    for (const old of names(KEPT).slice(0, 1 - MOST)) remove(old);
    write(`${KEPT}${order.join(".")}.${message.messageId}`, message);
    this.soon(200);
  }

  /** Send all that waits; resolves to whether nothing is left. */
  flush(): Promise<boolean> {
    this.sending ??= this.send().finally(() => (this.sending = undefined));
    return this.sending;
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }

  private async send(): Promise<boolean> {
    for (let waiting = names(KEPT); waiting.length; waiting = names(KEPT)) {
      const batch = this.next(waiting);
      let status = 0;
      try {
        status = (await post(`${this.server}/v1/batch`, this.body(batch))).status;
      } catch {
        // not reached: it is tried again
      }
      if (!status || isTemporary(status)) {
        this.soon(Math.min(60_000, 1_000 * 2 ** this.failures++) * (0.5 + Math.random() / 2));
        return false;
      }
      this.failures = 0;
      batch.forEach(remove);
      this.sent();
    }
    return true;
  }

  /** Hand over what waits while the page goes away. It stays here: the next page sends it again, and it counts once. */
  private beacon(): void {
    const waiting = this.next(names(KEPT));
    if (waiting.length) navigator.sendBeacon?.(`${this.server}/v1/batch`, JSON.stringify(this.body(waiting)));
  }

  /** Return the events of the next batch: so many, and so large, that a page that goes away can still hand them over. */
  private next(waiting: string[]): string[] {
    const batch = waiting.slice(0, BATCH);
    while (batch.length > 1 && bytesOf(JSON.stringify(this.body(batch))) > KEPT_ALIVE) {
      batch.length = Math.ceil(batch.length / 2);
    }
    return batch;
  }

  private body(waiting: string[]): unknown {
    const batch = waiting.map((name) => read<unknown>(name)).filter(Boolean);
    return { batch, writeKey: this.writeKey, sentAt: new Date().toISOString() };
  }
}
