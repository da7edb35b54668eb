/** Files that were sent, and what the server says of them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post, remove } from "../api/client";
import type { FileColumn, ImportTarget, ListedRule, Look, Upload } from "../api/types";

/** How a file is read. */
export interface Mapping {
  target: string;
  columns: Record<string, string>;
  timezone: string | null;
  encoding: string;
}

export const KEY = ["uploads"];
const BUSY_MS = 700;
const CALM_MS = 10_000;
const RULES_MS = 5000;
export const ENCODINGS = ["utf-8", "cp949", "cp1252", "shift_jis", "utf-16"];
export const isBusy = ({ state }: Upload): boolean => state === "waiting" || state === "running";
/** Each row of such a file names its own columns: no header says which there are. */
export const isByRow = (name: string): boolean => /\.(ndjson|jsonl|json)$/i.test(name);
export const isCsv = (name: string): boolean => /\.(csv|tsv|txt)$/i.test(name);
export const pathOf = (id: string, rest = ""): string => `/api/uploads/${encodeURIComponent(id)}${rest}`;

export const useUploads = () =>
  useQuery({
    queryKey: KEY,
    queryFn: () => get<Upload[]>("/api/uploads"),
    refetchInterval: ({ state }) => (state.data?.some(isBusy) ? BUSY_MS : CALM_MS),
  });

export const useTargets = () =>
  useQuery({ queryKey: ["import-targets"], queryFn: () => get<ImportTarget[]>("/api/uploads/targets") });

export const useRules = () =>
  useQuery({
    queryKey: ["mappings"],
    queryFn: () => get<ListedRule[]>("/api/mappings"),
    refetchInterval: RULES_MS,
  });

export const useColumns = (id: string, target: string, encoding: string) =>
  useQuery({
    queryKey: ["upload-columns", id, target, encoding],
    queryFn: () => post<FileColumn[]>(pathOf(id, "/columns"), { target, encoding }),
    staleTime: Infinity,
    retry: false,
    meta: { quiet: true },
  });

/** What would become of the first rows; asked for anew with each change of the mapping. */
export const useLook = (id: string, mapping: Mapping | null) =>
  useQuery({
    queryKey: ["upload-look", id, mapping],
    queryFn: () => post<Look>(pathOf(id, "/check"), mapping),
    enabled: mapping !== null,
    staleTime: Infinity,
    retry: false,
    placeholderData: (before) => before,
  });

/** Something done to the files; `quiet` where the page itself shows what went wrong. */
export function useUploadAct<T>(act: (input: T) => Promise<unknown>, quiet = false) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    meta: { quiet },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export const useStop = () => useUploadAct((id: string) => post(pathOf(id, "/stop")));
export const useRemove = () => useUploadAct((id: string) => remove(pathOf(id)));

/** The mapping that a suggestion is; a kept rule counts where it has a word on a column. */
export function mappingOf(
  columns: readonly FileColumn[],
  target: ImportTarget,
  kept: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(
    columns.map(({ name, attribute }) => [name, kept[name] ?? attribute ?? (target.open ? name : "")]),
  );
}

/** What is told to the server: columns that have their own name need no word. */
export const spoken = (columns: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(columns).filter(([name, attribute]) => name !== attribute));

/** The share of a file that was read, from 0 to 1; null: not known. */
export function shareOf({ rows, about_rows, state }: Upload): number | null {
  if (state === "done") return 1;
  return about_rows ? Math.min(rows / about_rows, 1) : null;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function bytes(size: number, language: string): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), UNITS.length - 1);
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(size / 1000 ** step);
}
