/** What becomes of those inside a version, in numbers; of those who cannot move, step by step why. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Rehearsal } from "../api/types";
import { number } from "../i18n/format";

/** What those inside older versions do when a document is published. */
export type Then = "finish" | "move" | "leave";

type Inside = Rehearsal["documents"][number]["inside"][number];
type Staying = Inside["staying"][number];

export function InsideVersion({ inside, then }: { inside: Inside; then: Then | "stay" }) {
  const { t } = useTranslation();
  const { version, profiles, moving, staying } = inside;
  if (then !== "move")
    return <div>{t(`publish.${then}`, { count: profiles, shown: number(profiles), version })}</div>;
  return (
    <>
      <div>{t("publish.move", { count: moving, shown: number(moving), version })}</div>
      {staying.map((one) => (
        <StayingAt key={`${one.step} ${one.reason}`} staying={one} version={version} />
      ))}
    </>
  );
}

function StayingAt({ staying, version }: { staying: Staying; version: number }) {
  const { t } = useTranslation();
  const { step, passages, reason, later, source } = staying;
  const why = reason === "looks_back" && later === null ? "exit_looks_back" : reason;
  return (
    <Text size="sm" c="dimmed">
      {t("publish.staying", { count: passages, shown: number(passages), step, version })}{" "}
      {t(`publish.whys.${why}`, { later, source })}
    </Text>
  );
}
