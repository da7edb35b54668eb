/** Which language and which way of editing are open. */
import { createContext, useContext } from "react";

export type Mode = "designer" | "code";

export interface Place {
  locale: string;
  setLocale: (locale: string) => void;
  mode: Mode;
  setMode: (mode: Mode) => void;
  /** Whether what the content becomes is shown beside it. */
  isBeside: boolean;
  setBeside: (isBeside: boolean) => void;
}

export const PlaceContext = createContext<Place | null>(null);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error("no content is open");
  return place;
}
