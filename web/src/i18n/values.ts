/** Values of attributes and properties as somebody reads them. */
import i18next from "i18next";
import type { Json } from "../model";
import { instant, number } from "./format";

/** `2026-03-01T09:00:00Z`, as the server writes instants. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

export function valueText(value: Json | undefined): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return i18next.t(`booleans.${value ? "true" : "false"}`);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return INSTANT.test(value) ? instant(value, true) : value;
  if (Array.isArray(value) && value.every((one) => typeof one !== "object" || one === null))
    return value.map(valueText).join(", ") || "–";
  return JSON.stringify(value);
}

/** Years, codes and the like stay as they are; long numbers are easier to read in groups. */
const numberText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 10_000 ? String(value) : number(value);
