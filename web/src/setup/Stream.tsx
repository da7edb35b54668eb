/** Items as they arrive, the newest first; each opens to all that came with it. */
import { Badge, Button, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconPlugConnected } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../api/hooks";
import type { Arrival } from "../api/types";
import { clockTime, instant, number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { ProfileLink } from "../profiles/ProfileLink";
import { Empty, Failed, Loading } from "../shell/States";
import { useArrivals, type Wanted } from "./arrivals";
import styles from "./setup.module.css";

export function Stream({ wanted, isOn, isNarrow }: { wanted: Wanted; isOn: boolean; isNarrow?: boolean }) {
  const { t } = useTranslation();
  const { rows, skipped, error, isPending, older, isReading } = useArrivals(wanted, isOn);
  const declared = useVocabulary().data?.events.map((event) => event.incoming_name);
  if (error) return <Failed error={error} />;
  if (isPending) return <Loading />;
  return (
    <>
      {skipped > 0 && (
        <Text size="xs" c="dimmed" mb={6} role="status">
          {t("arrivals.skipped", { count: skipped, shown: number(skipped) })}
        </Text>
      )}
      {!rows.length && (
        <Empty
          icon={IconPlugConnected}
          title={t("arrivals.empty")}
          text={isOn ? t("arrivals.emptyText") : t("arrivals.off")}
        />
      )}
      {rows.length > 0 && (
        <ol
          className={styles.stream}
          style={{ margin: 0, padding: 0, listStyle: "none" }}
          aria-label={t("arrivals.name")}
        >
          {rows.map((row) => (
            <Item
              key={row.offset}
              row={row}
              isNarrow={isNarrow ?? false}
              isUnknown={row.kind === "track" && declared !== undefined && !declared.includes(row.name ?? "")}
            />
          ))}
        </ol>
      )}
      {older && (
        <Button variant="default" fullWidth mt="sm" loading={isReading} onClick={older}>
          {t("moments.older")}
        </Button>
      )}
    </>
  );
}

interface ItemProps {
  row: Arrival;
  isNarrow: boolean;
  /** An event that no document declares. */
  isUnknown: boolean;
}

function Item({ row, isNarrow, isUnknown }: ItemProps) {
  const { t } = useTranslation();
  const word = useWord();
  const [isOpen, setOpen] = useState(false);
  const Picture = isOpen ? IconChevronDown : IconChevronRight;
  const columns = isNarrow ? { gridTemplateColumns: "18px minmax(0, 1fr) auto" } : {};
  return (
    <li className={styles.item}>
      <button
        type="button"
        className={styles.line}
        style={columns}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Picture size={14} aria-hidden />
        {!isNarrow && <span className={styles.spare}>{word("items", row.kind)}</span>}
        <span>
          <b style={{ fontWeight: 570 }}>{row.name ?? (brought(row) || word("items", row.kind))}</b>{" "}
          {isUnknown && <Badge color="yellow">{t("arrivals.unknown")}</Badge>}
        </span>
        {!isNarrow && <span className={`${styles.spare ?? ""} code`}>{row.profile ?? "–"}</span>}
        <time className={`${styles.quiet ?? ""} numbers`} dateTime={row.at} title={instant(row.at, true)}>
          {clockTime(row.at)}
        </time>
      </button>
      {isOpen && (
        <div className={styles.json}>
          {row.profile && (
            <>
              <ProfileLink id={row.profile} />
              {"\n"}
            </>
          )}
          {JSON.stringify(rest(row), null, 2)}
        </div>
      )}
    </li>
  );
}

/** The names of attributes that came, which say more than that some came. */
const brought = ({ traits }: Arrival): string => Object.keys(traits ?? {}).join(", ");

function rest({ offset, at, occurred_at, data, traits, message_id }: Arrival): unknown {
  return {
    ...(data === null ? {} : { data }),
    ...(traits === null ? {} : { traits }),
    ...(occurred_at === at ? {} : { occurred_at }),
    at,
    ...(message_id === null ? {} : { message_id }),
    offset,
  };
}
