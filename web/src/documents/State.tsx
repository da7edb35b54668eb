import { Badge } from "@mantine/core";
import type { Lifecycle } from "../api/types";
import { useWord } from "../i18n/words";

const COLORS: Record<Lifecycle, string> = {
  draft: "gray",
  testing: "violet",
  live: "teal",
  paused: "yellow",
  closed: "orange",
  stopped: "red",
  finished: "gray",
};

/** Where a document stands in its life; one that was never published is a draft. */
export function State({ state }: { state: Lifecycle | null }) {
  const word = useWord();
  const shown = state ?? "draft";
  return (
    <Badge
      color={COLORS[shown]}
      variant={shown === "draft" ? "outline" : "light"}
      styles={{ label: { overflow: "visible" } }}
    >
      {word("states", shown)}
    </Badge>
  );
}
