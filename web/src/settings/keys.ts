/** Under what the list of keys is kept. */
export const KEY = ["keys"];
