import type { JsonMap } from "../model";

/** Give each the same share; what cannot be divided goes to the first ones, so that the sum is 100. */
export function evened(variants: readonly JsonMap[]): JsonMap[] {
  const each = Math.floor(100 / Math.max(variants.length, 1));
  const more = 100 - each * variants.length;
  return variants.map((variant, index) => {
    const { name, share: _share, ...rest } = variant;
    return { ...(name === undefined ? {} : { name }), share: each + (index < more ? 1 : 0), ...rest };
  });
}
