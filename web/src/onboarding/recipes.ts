/** Journeys to begin with: the documents of each, in the words of who begins. */
import { letter as letterOf } from "../documents/starters";
import type { Doc } from "../model";

/** Fills in words of the user's language. */
export type Words = (key: string) => string;

export interface Recipe {
  id: "welcome" | "cart" | "review";
  journey: string;
  event: string;
  /** The name of the event in calls. */
  match: string;
  build: (words: Words) => Doc[];
}

const EVENTS: Readonly<Record<string, string>> = {
  signed_up: "Signed Up",
  purchase: "Order Completed",
  cart_updated: "Cart Updated",
};

const PROFILE: Doc = {
  kind: "entity",
  id: "profile",
  attributes: { email: { type: "string", format: "email" }, first_name: "string" },
};

const event = (id: string): Doc => ({ kind: "event", id, match: EVENTS[id] ?? id });

function letter(id: string, name: string, words: Words): Doc {
  return {
    kind: "template",
    id,
    channel: "email",
    subject: words(`${name}.subject`),
    html: letterOf(words(`${name}.text`)),
  };
}

const journey = (id: string, title: string, entered: string, nodes: Doc[], more: Doc = {}): Doc => ({
  kind: "journey",
  id,
  title,
  entry: { type: "event", event: entered },
  ...more,
  nodes,
});

export const RECIPES: readonly Recipe[] = [
  {
    id: "welcome",
    journey: "welcome-series",
    event: "signed_up",
    match: "Signed Up",
    build: (words) => [
      PROFILE,
      event("signed_up"),
      letter("welcome-first", "hello", words),
      letter("welcome-second", "tips", words),
      journey(
        "welcome-series",
        words("welcome.title"),
        "signed_up",
        [
          { id: "hello", type: "email", template: "welcome-first", next: "rest" },
          { id: "rest", type: "wait", for: "2d", next: "tips" },
          { id: "tips", type: "email", template: "welcome-second" },
        ],
        { reentry: "never" },
      ),
    ],
  },
  {
    id: "cart",
    journey: "abandoned-cart",
    event: "cart_updated",
    match: "Cart Updated",
    build: (words) => [
      PROFILE,
      event("cart_updated"),
      event("purchase"),
      letter("cart-reminder", "reminder", words),
      journey("abandoned-cart", words("cart.title"), "cart_updated", [
        { id: "bought", type: "event", event: "purchase", timeout: "1h", on_timeout: "reminder" },
        { id: "reminder", type: "email", template: "cart-reminder" },
      ]),
    ],
  },
  {
    id: "review",
    journey: "ask-for-review",
    event: "purchase",
    match: "Order Completed",
    build: (words) => [
      PROFILE,
      event("purchase"),
      letter("review-request", "review", words),
      journey("ask-for-review", words("review.title"), "purchase", [
        { id: "rest", type: "wait", for: "3d", next: "ask" },
        { id: "ask", type: "email", template: "review-request" },
      ]),
    ],
  },
];
