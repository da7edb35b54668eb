/** Ids of documents, made from titles in any language. */
export const ID = /^[a-z][a-z0-9_-]{0,62}$/;

/** “Welcome, new customer!” becomes `welcome-new-customer`; a title without Latin letters gives the fallback. */
export function slug(title: string, fallback: string): string {
  const text = title
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
  return text || fallback;
}

export function freeId(wish: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wish)) return wish;
  let number = 2;
  while (taken.has(`${wish}-${number}`)) number += 1;
  return `${wish}-${number}`;
}
