import { post } from "./http.js";
import { Inbox } from "./inbox.js";
import { Queue } from "./queue.js";
import { randomId, read, remove, write } from "./storage.js";
import type { Card, Identity, Options, Properties } from "./types.js";

interface Session {
  id: string;
  last: number;
}

/** Sojourn in a page. Make one with `create`. */
export class Sojourn {
  private readonly server: string;
  private readonly queue: Queue;
  private readonly inbox: Inbox;

  constructor(private readonly options: Options) {
    this.server = (options.server ?? location.origin).replace(/\/+$/, "");
    this.queue = new Queue(this.server, options.writeKey, () => this.inbox.lookSoon());
    this.inbox = new Inbox(this.server, options, () => this.identity());
  }

  // ---- who ---------------------------------------------------------------------------------------------------------

  /** Who visits the page, as far as it is known. */
  identity(): Identity {
    let known = read<Identity>("identity");
    if (!known?.anonymousId) {
      known = { anonymousId: randomId() };
      write("identity", known);
    }
    return known;
  }

  /**
   * Say who visits the page, and what is known of her.
   *
   * `signature`, made by your server, lets the page fetch her in-app messages and cards.
   */
  identify(userId: string, traits: Properties = {}, signature?: string): void {
    const before = this.identity();
    if (before.userId && before.userId !== userId) this.reset();
    write("identity", { anonymousId: this.identity().anonymousId, userId, ...(signature ? { signature } : {}) });
    this.queue.put({ type: "identify", traits, ...this.about() });
  }

  /** Forget who visits the page: after signing out. What was not sent yet still is. */
  reset(): void {
    for (const name of ["identity", "session", "seen"]) remove(name);
    this.inbox.clear();
  }

  // ---- what --------------------------------------------------------------------------------------------------------

  /** Say that something happened. */
  track(event: string, properties: Properties = {}): void {
    this.queue.put({ type: "track", event, properties, ...this.about() });
    this.inbox.heard(event, properties);
  }

  /** Say that a page was seen. */
  page(name?: string, properties: Properties = {}): void {
    this.queue.put({
      type: "page",
      ...(name ? { name } : {}),
      properties: { ...seen(), ...properties },
      ...this.about(),
    });
  }

  /** Say that something was bought: the event `Order Completed`. */
  purchase(order: { order_id: string; amount: number; currency?: string; products?: Properties[] } & Properties): void {
    this.track("Order Completed", order);
  }

  /** Send all that waits; resolves to whether nothing is left. */
  flush(): Promise<boolean> {
    return this.queue.flush();
  }

  /** The session: a new one after half an hour without an event. */
  sessionId(): string {
    const before = read<Session>("session");
    const now = Date.now();
    const over = !before || now - before.last > (this.options.sessionMinutes ?? 30) * 60_000;
    const session = { id: over ? randomId() : before.id, last: now };
    write("session", session);
    if (over) this.queue.put({ type: "session", ...this.who() });
    return session.id;
  }

  // ---- in-app messages and cards -----------------------------------------------------------------------------------

  /** Look for in-app messages and cards now. */
  refresh(): Promise<void> {
    return this.inbox.fetch();
  }

  readonly cards = {
    list: (): Card[] => this.inbox.cards(),
    onChange: (listener: (cards: Card[]) => void): (() => void) => this.inbox.onCards(listener),
    seen: (card: Card): void => this.inbox.seen(card),
    clicked: (card: Card, link?: string): void => this.inbox.clicked(card, link),
    dismiss: (card: Card): void => this.inbox.dismiss(card),
    mount: (element: HTMLElement): (() => void) => this.inbox.mount(element),
  };

  // ---- on consent --------------------------------------------------------------------------------------------------

  readonly push = {
    /** Ask whether notifications may be shown, and subscribe; `worker` is `sdk-worker.js` on your own site. */
    subscribe: async (worker = "/sdk-worker.js"): Promise<boolean> => {
      if (!("serviceWorker" in navigator) || !("PushManager" in window)) return false;
      if ((await Notification.requestPermission()) !== "granted") return false;
      const registration = await navigator.serviceWorker.register(worker);
      await navigator.serviceWorker.ready;
      try {
        const { vapid } = (await (await this.call("config")).json()) as { vapid: string };
        const key = { userVisibleOnly: true, applicationServerKey: bytes(vapid) };
        this.traits({ push_token: JSON.stringify(await registration.pushManager.subscribe(key)) });
      } catch {
        return false; // the server or the browser's push service cannot be reached now
      }
      return true;
    },
    /** Take no more notifications in this browser. */
    unsubscribe: async (): Promise<void> => {
      const registration = await navigator.serviceWorker?.getRegistration();
      await (await registration?.pushManager.getSubscription())?.unsubscribe();
      this.traits({ push_token: null });
    },
  };

  readonly location = {
    /**
     * Ask where the visitor is, and tell it: for geofences. `false` when it is not allowed, or not known, or when the
     * server cannot be reached now; it is told later then.
     */
    share: (): Promise<boolean> =>
      new Promise((resolve) => {
        const told = ({ coords }: GeolocationPosition): void => {
          this.queue.put({ type: "location", lat: coords.latitude, lon: coords.longitude, ...this.who() });
          void this.queue.flush().then(resolve);
        };
        if (!navigator.geolocation) resolve(false);
        else navigator.geolocation.getCurrentPosition(told, () => resolve(false), { maximumAge: 60_000 });
      }),
  };

  // ------------------------------------------------------------------------------------------------------------------

  private traits(traits: Properties): void {
    this.queue.put({ type: "identify", traits, ...this.about() });
  }

  private who(): Properties {
    const { anonymousId, userId } = this.identity();
    return { anonymousId, ...(userId ? { userId } : {}) };
  }

  private about(): Properties {
    const context = {
      page: seen(),
      locale: navigator.language,
      userAgent: navigator.userAgent,
      sessionId: this.sessionId(),
      library: { name: "sojourn-web", version: "0.1.0" },
    };
    return { ...this.who(), context };
  }

  private call(name: string): Promise<Response> {
    return post(`${this.server}/sdk/v1/${name}`, { writeKey: this.options.writeKey, ...this.who() });
  }
}

function seen(): Properties {
  const { href, pathname, search } = location;
  return { url: href, path: pathname, search, title: document.title, referrer: document.referrer };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const found = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) found[i] = raw.charCodeAt(i);
  return found;
}
