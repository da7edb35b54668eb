/** Items that happen to test profiles: what sets a document off, written as the server reads it. */
import { isMap, textOf, type Doc, type Json, type JsonMap } from "../model";

/** The event that lets profiles into a document, or sets it off; empty: something else does. */
export function entryEvent(document: Doc): string {
  if (isMap(document.entry)) return textOf(document.entry.event);
  return textOf(happeningsOf(document)[0]?.event);
}

/** An item to begin with: of what sets the document off, with places to fill in. */
export function exampleItem(document: Doc, userId: string, incoming: (event: string) => string): JsonMap {
  const [happening] = happeningsOf(document);
  const entry = isMap(document.entry) ? document.entry : undefined;
  const event = textOf(entry?.event ?? happening?.event);
  if (entry?.type === "api" || happening?.api !== undefined)
    return { type: "trigger", id: textOf(document.id), userId, properties: {} };
  return (!event && happening && madeOf(happening, userId)) || track(userId, event ? incoming(event) : "");
}

const happeningsOf = (document: Doc): JsonMap[] =>
  Array.isArray(document.trigger) ? document.trigger.filter(isMap) : [];

const track = (userId: string, event: string): JsonMap => ({ type: "track", userId, event, properties: {} });

function madeOf(happening: JsonMap, userId: string): JsonMap | null {
  const { attribute, to, session, subscription, feedback, of, inbound, keyword } = happening;
  if (attribute !== undefined) return { type: "identify", userId, traits: { [textOf(attribute)]: to ?? "" } };
  if (session !== undefined) return { type: "session", userId };
  if (subscription !== undefined)
    return { type: "subscription", userId, channel: subscription, status: to ?? "" };
  if (feedback !== undefined) return { type: "feedback", userId, kind: feedback, of: of ?? "" };
  if (inbound !== undefined) return { type: "inbound", userId, channel: inbound, text: keyword ?? "" };
  if (happening.geofence !== undefined) return { type: "location", userId, lat: 0, lon: 0 };
  return null;
}

/** One item or a list of them; null: it is no JSON of this form. */
export function readItems(text: string): Json[] | null {
  try {
    const found = JSON.parse(text) as Json;
    if (Array.isArray(found)) return found;
    return isMap(found) ? [found] : null;
  } catch {
    return null;
  }
}
