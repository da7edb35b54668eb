/** Which numbers nobody can know: whether a message was delivered is told by some providers only. */
import { useCatalog, useVocabulary } from "../api/hooks";

/** Tells of a channel type whether one of its providers here says what was delivered. */
export function useToldDelivery(): (channel: string) => boolean {
  const types = useCatalog().data?.channels;
  const documents = useVocabulary().data?.channels;
  return (channel) => {
    const providers = types?.find(({ type }) => type === channel)?.providers;
    if (!providers || !documents) return true;
    const used = documents.filter(({ type }) => type === channel).map(({ provider }) => provider);
    return providers.some(({ name, tells_delivery }) => tells_delivery && used.includes(name));
  };
}
