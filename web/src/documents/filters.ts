/** Which documents of a list are shown. */
import type { DraftRow } from "../api/types";

export type Filter = "all" | "live" | "drafts" | "changed" | "problems";

interface FilterOf {
  id: Filter;
  isLifecycle: boolean;
  keeps: (draft: DraftRow) => boolean;
}

export const FILTERS: FilterOf[] = [
  { id: "all", isLifecycle: false, keeps: () => true },
  { id: "live", isLifecycle: true, keeps: (draft) => draft.state === "live" || draft.state === "paused" },
  { id: "drafts", isLifecycle: true, keeps: (draft) => draft.state === null || draft.state === "draft" },
  { id: "changed", isLifecycle: false, keeps: (draft) => draft.changed },
  { id: "problems", isLifecycle: false, keeps: (draft) => draft.errors + draft.warnings > 0 },
];

/** “Audience 2” stands before “Audience 10”. */
const byName = new Intl.Collator(undefined, { numeric: true });

/** Keep those that the filter lets through and whose name, id, file or labels have the text; the newest first. */
export function filtered(drafts: readonly DraftRow[], search: string, filter: Filter): DraftRow[] {
  const keeps = FILTERS.find((one) => one.id === filter)?.keeps ?? (() => true);
  const wanted = search.trim().toLocaleLowerCase();
  const has = (draft: DraftRow): boolean =>
    [draft.name, draft.id, draft.file, ...draft.labels].some((text) =>
      text.toLocaleLowerCase().includes(wanted),
    );
  return drafts
    .filter((draft) => keeps(draft) && (wanted === "" || has(draft)))
    .sort((a, b) => b.modified_at.localeCompare(a.modified_at) || byName.compare(a.name, b.name));
}
