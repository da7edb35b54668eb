import { Sojourn } from "./client.js";
import type { Options } from "./types.js";

export { Sojourn };
export type * from "./types.js";

/** Begin: one for each page. */
export function create(options: Options): Sojourn {
  return new Sojourn(options);
}
