/** Where this workspace is on its server: several may be served, each below a path of its own. */
const told = document.querySelector('meta[name="root"]')?.getAttribute("content") ?? "/";

/** What stands before all paths; nothing for the workspace at the root. */
export const ROOT = told.replace(/\/$/, "");

/** The address of a path of the server: of its API, its files, its guide. Pages have theirs from the router. */
export const at = (path: string): string => ROOT + path;

/** The name under which this browser keeps something of this workspace. */
export const keptAs = (name: string): string => name + ROOT;
