/** What may be said about a person or an event: JSON. */
export type Properties = Record<string, unknown>;

export interface Options {
  /** A write key of the role `ingest`: it is public. */
  writeKey: string;
  /** Where Sojourn is, such as `https://sojourn.shop.example`; by default where the script came from. */
  server?: string;
  /** Whether in-app messages are shown by the SDK; `false`: by your own `onMessage`. */
  showMessages?: boolean;
  /** Called for a message that is to be shown; returns `false` to keep it for later. */
  onMessage?: (message: Message) => boolean | void;
  /** Seconds between two messages on the screen. */
  spacing?: number;
  /** Minutes without an event after which a session is over. */
  sessionMinutes?: number;
}

export interface Identity {
  anonymousId: string;
  userId?: string;
  /** HMAC-SHA256 of the user's id, made by your server with `sojourn sdk-key`. */
  signature?: string;
}

export interface Bounds {
  at_least?: number;
  at_most?: number;
}
export type Scalar = string | number | boolean;
export type Wanted = Scalar | Scalar[] | Bounds;

export interface Button {
  text: string;
  url?: string;
}

/** An in-app message, or what a content card has in common with it. */
export interface Message {
  id: string;
  token: string;
  title?: string;
  body?: string;
  url?: string;
  image?: string;
  buttons?: Button[];
  priority: "low" | "medium" | "high";
  style: "modal" | "slide_up";
  on?: { event: string; where?: Record<string, Wanted> };
  sentAt: string;
  expiresAt: string;
}

export interface Card extends Message {
  pinned: boolean;
  viewed: boolean;
  clicked: boolean;
}

export type Reaction = "viewed" | "clicked" | "dismissed";
