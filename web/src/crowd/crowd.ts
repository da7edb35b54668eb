/** Who stands behind a number: which number, of which document. */
import { create } from "zustand";
import { documentPath } from "../api/hooks";

/** What the server is asked for: `node`, `edge`, `behind`, `name`, `channel`, `variant`, `by`, `key`, … */
export type Ask = Readonly<Record<string, string | null | undefined>>;

export interface Crowd {
  /** Null: of all documents together. */
  document: string | null;
  title: string;
  ask: Ask;
}

export const useCrowd = create<{ crowd: Crowd | null }>(() => ({ crowd: null }));

export const showCrowd = (crowd: Crowd | null): void => useCrowd.setState({ crowd });

/** Where the server tells who they are. */
export const insideOf = (document: string | null): string =>
  document === null ? "/api/inside" : `${documentPath(document)}/inside`;

export function queryOf(ask: Ask): URLSearchParams {
  const known = Object.entries(ask).filter((pair): pair is [string, string] => pair[1] != null);
  return new URLSearchParams(known);
}

export const exportOf = (document: string, table: string, ask: Ask = {}): string =>
  `${documentPath(document)}/export/${table}.csv?${queryOf(ask).toString()}`;
