/** What a triggered campaign says over each channel, as a message of a journey has it: one template, or variants. */
import { isMap, textOf, type Doc, type Json, type JsonMap } from "../model";

export interface Said {
  channel: string;
  message: JsonMap;
}

export function messagesByChannel(document: Doc): Said[] {
  const variants = mapsIn(document.variants);
  if (!variants.length)
    return mapsIn(document.messages).map((message) => ({ channel: textOf(message.channel), message }));
  const said = variants.flatMap((variant) =>
    mapsIn(variant.messages).map((message) => ({ variant, message })),
  );
  const channels = [...new Set(said.map(({ message }) => textOf(message.channel)))];
  return channels.map((channel) => ({
    channel,
    message: {
      variants: said
        .filter(({ message }) => message.channel === channel)
        .map(({ variant, message }) => ({
          name: variant.name ?? "",
          share: variant.share ?? null,
          template: message.template ?? "",
        })),
    },
  }));
}

const mapsIn = (value: Json | undefined): JsonMap[] => (Array.isArray(value) ? value.filter(isMap) : []);
