/** What could not be taken, and why. */
import { Badge, Chip, Group, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { usePages } from "../api/pages";
import type { RejectedItem, RejectedPage } from "../api/types";
import { instant, number } from "../i18n/format";
import { Pager } from "../shell/Pager";
import { Said } from "../profiles/Said";
import { useWord } from "../i18n/words";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./setup.module.css";

export function RejectsPage() {
  const { t } = useTranslation();
  const word = useWord();
  const [code, setCode] = useState<string | null>(null);
  const [codes, setCodes] = useState<NonNullable<RejectedPage["codes"]>>([]);
  const pages = usePages(["rejects", code], async (before: number | null) => {
    const wish = new URLSearchParams({ limit: "50" });
    if (code !== null) wish.set("code", code);
    if (before !== null) wish.set("before", String(before));
    const page = await get<RejectedPage>(`/api/rejects?${wish.toString()}`);
    if (page.codes) setCodes(page.codes);
    return page;
  });
  if (pages.error) return <Failed error={pages.error} retry={pages.retry} />;
  if (pages.isPending) return <Loading />;
  if (!codes.length)
    return <Empty icon={IconCircleCheck} title={t("rejects.empty")} text={t("rejects.emptyText")} />;
  return (
    <>
      <Chip.Group value={code ?? ""} onChange={(next) => setCode(next === "" ? null : next)}>
        <Group gap={6} mb="md" role="group" aria-label={t("rejects.reason")}>
          <Chip value="" size="xs" variant="light">
            {t("rejects.all")}
          </Chip>
          {codes.map((one) => (
            <Chip key={one.code} value={one.code ?? ""} size="xs" variant="light">
              {word("rejectCodes", one.code ?? "", one.code ?? "–")} · {number(one.count)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <ol
        className={styles.stream}
        style={{ margin: 0, padding: 0, listStyle: "none" }}
        aria-label={t("rejects.name")}
      >
        {pages.rows.map((row) => (
          <Rejected key={row.id} row={row} />
        ))}
      </ol>
      <Pager pages={pages} />
    </>
  );
}

function Rejected({ row }: { row: RejectedItem }) {
  const { t } = useTranslation();
  const word = useWord();
  const [isOpen, setOpen] = useState(false);
  const Picture = isOpen ? IconChevronDown : IconChevronRight;
  const columns = { gridTemplateColumns: "18px minmax(0, 1fr) auto" };
  return (
    <li className={styles.item}>
      <button
        type="button"
        className={styles.line}
        style={columns}
        data-told
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Picture size={14} aria-hidden />
        <span>
          <Badge color="red" tt="none" title={row.code ?? undefined}>
            {word("rejectCodes", row.code ?? "", row.code ?? "–")}
          </Badge>{" "}
          {row.reason && <Said text={row.reason} />}
        </span>
        <time className={`${styles.quiet ?? ""} numbers`} dateTime={row.at ?? ""}>
          {instant(row.at, true)}
        </time>
      </button>
      {isOpen && (
        <div className={styles.json}>
          <Text size="sm" ff="text" mb={6}>
            {row.reason && <Said text={row.reason} />}
            {" · "}
            <span className="code">{row.code}</span>
            {" · "}
            {row.line === null
              ? t("rejects.from", { source: row.source })
              : t("rejects.fromLine", { source: row.source, line: row.line })}
          </Text>
          {pretty(row.item)}
        </div>
      )}
    </li>
  );
}

function pretty(text: string | null): string {
  try {
    return JSON.stringify(JSON.parse(text ?? ""), null, 2);
  } catch {
    return text ?? "";
  }
}
