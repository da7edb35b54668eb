/** All that a rule can be made of: drag a part into the rule, or press it to add it to the chosen group. */
import { useDraggable } from "@dnd-kit/core";
import { TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBoard } from "./board";
import { useParts, type RulePart, type Section } from "./parts";
import styles from "./rules.module.css";
import { put } from "./tree";

const FEW = 8;

export function RulePalette() {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const sections = useParts()
    .map((section) => ({ ...section, parts: section.parts.filter((part) => fits(part, wanted)) }))
    .filter((section) => section.parts.length > 0);
  return (
    <aside className={styles.palette} aria-label={t("rules.palette")}>
      <TextInput
        leftSection={<IconSearch size={13} />}
        placeholder={t("rules.search")}
        aria-label={t("rules.search")}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {sections.map((section) => (
        <Parts key={section.id} section={section} isSearch={wanted !== ""} />
      ))}
      {!sections.length && <p className={styles.quiet}>{t("forms.none")}</p>}
    </aside>
  );
}

const fits = ({ label, hint, key }: RulePart, wanted: string): boolean =>
  [label, hint, key].some((text) => text.toLowerCase().includes(wanted));

function Parts({ section, isSearch }: { section: Section; isSearch: boolean }) {
  const { t } = useTranslation();
  const [isShut, setShut] = useState(false);
  const [isWhole, setWhole] = useState(false);
  const { icon: Picture, id, parts } = section;
  const Arrow = isShut ? IconChevronRight : IconChevronDown;
  const isOpen = isSearch || !isShut;
  const shown = isWhole || isSearch ? parts : parts.slice(0, FEW);
  return (
    <section>
      <button type="button" className={styles.head} aria-expanded={isOpen} onClick={() => setShut(!isShut)}>
        <Arrow size={12} aria-hidden />
        <Picture size={14} aria-hidden />
        {t(`rules.sections.${id}`)}
      </button>
      {isOpen && (
        <ul className={styles.parts}>
          {shown.map((part) => (
            <li key={part.key}>
              <PartButton part={part} />
            </li>
          ))}
          {shown.length < parts.length && (
            <li>
              <button type="button" className={styles.more} onClick={() => setWhole(true)}>
                {t("profiles.allOf", { count: parts.length })}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function PartButton({ part }: { part: RulePart }) {
  const { t } = useTranslation();
  const board = useBoard();
  const { setNodeRef, listeners } = useDraggable({
    id: `part:${part.key}`,
    data: { label: part.label, condition: part.condition },
  });
  const add = (): void => {
    if (board) board.onChange(put(board.value, { place: board.target, index: null }, part.condition));
  };
  return (
    <button
      ref={setNodeRef}
      {...listeners}
      type="button"
      className={styles.part}
      aria-label={t("rules.add", { name: [part.label, part.hint].filter(Boolean).join(" ") })}
      onClick={add}
    >
      <span>{part.label}</span> {part.hint && <span className={styles.quiet}>{part.hint}</span>}
    </button>
  );
}
