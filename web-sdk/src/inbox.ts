import { isTemporary, post } from "./http.js";
import { first, isShownBy } from "./matching.js";
import { content, show } from "./overlay.js";
import { names, randomId, read, remove, write } from "./storage.js";
import type { Card, Identity, Message, Options, Properties, Reaction } from "./types.js";

const AFTER_EVENTS = [700, 2_000, 5_000, 10_000];
const EVERY = 60_000;
const REPORT = "report.";

/** In-app messages and content cards of whoever visits the page. */
export class Inbox {
  private messages: Message[] = [];
  private waiting: Message[] = [];
  private found: Card[] = [];
  private readonly listeners = new Set<(cards: Card[]) => void>();
  private timers: number[] = [];
  private showing: number | undefined;
  private reporting: Promise<void> | undefined;

  constructor(
    private readonly server: string,
    private readonly options: Options,
    private readonly identity: () => Identity,
  ) {
    setInterval(() => {
      if (document.visibilityState === "visible") void this.fetch();
    }, EVERY);
    addEventListener("online", () => void this.report());
    void this.fetch();
    void this.report();
  }

  /** Look now, and a few times more: what an event sets off is there in a moment. */
  lookSoon(): void {
    this.timers.forEach(clearTimeout);
    this.timers = AFTER_EVENTS.map((ms) => setTimeout(() => void this.fetch(), ms));
  }

  /** Forget everything: somebody else is here now. */
  clear(): void {
    this.messages = [];
    this.waiting = [];
    this.setCards([]);
  }

  /** Show what an event shows. */
  heard(event: string, properties: Properties): void {
    const shown = this.messages.filter((message) => isShownBy(message, event, properties));
    this.waiting.push(...shown.filter((message) => !this.waiting.includes(message)));
    this.showNext();
  }

  async fetch(): Promise<void> {
    const asked = this.identity();
    try {
      const answer = await post(`${this.server}/sdk/v1/messages`, { ...asked, writeKey: this.options.writeKey });
      if (!answer.ok || asked.anonymousId !== this.identity().anonymousId) return;
      const told = (await answer.json()) as { inApp: Message[]; cards: Card[] };
      const seen = new Set(read<string[]>("seen") ?? []);
      this.messages = told.inApp.filter((message) => !seen.has(message.id));
      this.waiting = this.waiting.filter((one) => this.messages.some((message) => message.id === one.id));
      const fresh = this.messages.filter((one) => !one.on && !this.waiting.some((other) => other.id === one.id));
      this.waiting.push(...fresh);
      this.setCards(told.cards.filter((card) => !seen.has(card.id)));
      this.showNext();
    } catch {
      // not reached: the next look finds what there is
    }
  }

  // ---- in-app messages -------------------------------------------------------------------------------------------

  private showNext(): void {
    clearTimeout(this.showing);
    const spacing = (this.options.spacing ?? 30) * 1_000;
    const wait = (read<number>("shown") ?? 0) + spacing - Date.now();
    if (wait > 0 && wait <= spacing) {
      this.showing = setTimeout(() => this.showNext(), wait);
      return;
    }
    this.waiting = this.waiting.filter((message) => Date.parse(message.expiresAt) > Date.now());
    const message = first(this.waiting);
    if (!message || this.options.onMessage?.(message) === false) return;
    this.forget(message);
    write("shown", Date.now());
    this.react(message, "viewed");
    if (this.options.showMessages !== false) {
      show(message, {
        clicked: (link) => this.react(message, "clicked", link),
        dismissed: () => this.react(message, "dismissed"),
      });
    }
    this.showNext();
  }

  private forget(message: Message): void {
    const seen = [...(read<string[]>("seen") ?? []), message.id].slice(-500);
    write("seen", seen);
    this.messages = this.messages.filter((one) => one.id !== message.id);
    this.waiting = this.waiting.filter((one) => one.id !== message.id);
  }

  // ---- cards -----------------------------------------------------------------------------------------------------

  cards(): Card[] {
    return [...this.found];
  }

  onCards(listener: (cards: Card[]) => void): () => void {
    this.listeners.add(listener);
    listener(this.cards());
    return () => void this.listeners.delete(listener);
  }

  seen(card: Card): void {
    if (!card.viewed) this.react(card, "viewed");
    card.viewed = true;
  }

  clicked(card: Card, link?: string): void {
    card.clicked = true;
    this.react(card, "clicked", link);
  }

  dismiss(card: Card): void {
    this.forget(card);
    this.react(card, "dismissed");
    this.setCards(this.found.filter((one) => one.id !== card.id));
  }

  /** Lay the cards out in an element, and keep them current; returns what ends that. */
  mount(element: HTMLElement): () => void {
    return this.onCards((cards) => {
      element.replaceChildren(
        ...cards.map((card) => {
          const box = document.createElement("article");
          box.dataset["sojournCard"] = card.id;
          const close = document.createElement("button");
          close.setAttribute("aria-label", "Close");
          close.textContent = "×";
          close.onclick = () => this.dismiss(card);
          box.append(...content(card, (link) => this.clicked(card, link)), close);
          new IntersectionObserver((entries, observer) => {
            if (entries.some((entry) => entry.isIntersecting)) {
              this.seen(card);
              observer.disconnect();
            }
          }).observe(box);
          return box;
        }),
      );
    });
  }

  private setCards(cards: Card[]): void {
    const order = (a: Card, b: Card): number => Number(b.pinned) - Number(a.pinned) || Number(b.id) - Number(a.id);
    const next = cards.sort(order);
    const same = JSON.stringify(next.map(({ id }) => id)) === JSON.stringify(this.found.map(({ id }) => id));
    this.found = next;
    if (!same) this.listeners.forEach((listener) => listener(this.cards()));
  }

  // ---- what became of them ---------------------------------------------------------------------------------------

  private react(message: Message, kind: Reaction, link?: string): void {
    const event = { token: message.token, kind, ...(link ? { link } : {}) };
    write(`${REPORT}${String(Date.now()).padStart(15, "0")}.${randomId()}`, event);
    void this.report();
  }

  private report(): Promise<void> {
    this.reporting ??= this.sendReports().finally(() => (this.reporting = undefined));
    return this.reporting;
  }

  private async sendReports(): Promise<void> {
    for (let waiting = names(REPORT); waiting.length; waiting = names(REPORT)) {
      const batch = waiting.slice(0, 50);
      const events = batch.map((name) => read(name)).filter(Boolean);
      try {
        const answer = await post(`${this.server}/sdk/v1/reports`, { writeKey: this.options.writeKey, events });
        if (isTemporary(answer.status)) return;
      } catch {
        return;
      }
      batch.forEach(remove);
    }
  }
}
