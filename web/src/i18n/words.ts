/** Words for names that come from the server: node types, fields, states. One that is new is shown in its own words. */
import i18next from "i18next";
import { useTranslation } from "react-i18next";

export type Family =
  | "nodes"
  | "activities"
  | "activityAbouts"
  | "fields"
  | "values"
  | "kinds"
  | "sections"
  | "states"
  | "categories"
  | "forms"
  | "roles"
  | "outcomes"
  | "abouts"
  | "reasons"
  | "rejectCodes"
  | "acts"
  | "items"
  | "sorts"
  | "views"
  | "viewAbouts";

export function word(family: Family, name: string, fallback?: string): string {
  const key = `${family}.${name}`;
  return i18next.exists(key) ? (i18next.t as (key: string) => string)(key) : (fallback ?? humanized(name));
}

export function humanized(name: string): string {
  const text = name.replace(/[_-]+/g, " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The same, for components: it follows a change of language. */
export function useWord(): typeof word {
  useTranslation();
  return word;
}
