import type { Bounds, Message, Properties, Wanted } from "./types.js";

/** Tell whether an event shows a message: its name, and its properties one by one. */
export function isShownBy(message: Message, event: string, properties: Properties): boolean {
  if (!message.on || message.on.event !== event) return false;
  return Object.entries(message.on.where ?? {}).every(([name, wanted]) => fits(properties[name], wanted));
}

function fits(value: unknown, wanted: Wanted): boolean {
  if (Array.isArray(wanted)) return wanted.some((one) => one === value);
  if (typeof wanted === "object") return typeof value === "number" && isWithin(value, wanted);
  return value === wanted;
}

function isWithin(value: number, { at_least, at_most }: Bounds): boolean {
  return (at_least == null || value >= at_least) && (at_most == null || value <= at_most);
}

const RANK = { high: 0, medium: 1, low: 2 };

/** Return the message that comes first: by priority, then the one that was sent first. */
export function first(messages: Message[]): Message | undefined {
  return [...messages].sort((a, b) => RANK[a.priority] - RANK[b.priority] || Number(a.id) - Number(b.id))[0];
}
