/** Text of the server where no code can be marked: at a field, in a tooltip, in a toast. */
export const plain = (text: string): string => text.replaceAll("`", "");
