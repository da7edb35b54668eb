/** Where profiles are in the studio. Ids are any text, so the address of one is read as it stands in the bar. */
export const PROFILES = "/profiles";

export const profileAddress = (id: string): string => `${PROFILES}/${encodeURIComponent(id)}`;
export const profilePath = (id: string): string => `/api/profiles/${encodeURIComponent(id)}`;

/** Return the profile that an address is of; null: it is of the list. */
export function profileAt(path: string): string | null {
  if (!path.startsWith(`${PROFILES}/`)) return null;
  try {
    return decodeURIComponent(path.slice(PROFILES.length + 1)) || null;
  } catch {
    return null;
  }
}
