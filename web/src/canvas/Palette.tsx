/** All types of steps, by category, with a search. */
import { ScrollArea, TextInput, Tooltip } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState, type DragEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { NodeType } from "../api/types";
import { useWord } from "../i18n/words";
import { cardOf } from "./cards";
import type { Kit } from "./kit";
import styles from "./Palette.module.css";

interface Props {
  types: readonly NodeType[];
  categories: readonly string[];
  words: Kit["words"];
  onPick: (type: string) => void;
  onDrag?: (type: string | null) => void;
  hasFocus?: boolean;
}

const NOT_FOUND = 3;

export function Palette({ types, categories, words, onPick, onDrag, hasFocus = false }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const [search, setSearch] = useState("");
  const titleOf = (type: NodeType): string => word(words.names, type.type, type.title);
  const aboutOf = (type: NodeType): string => word(words.abouts, type.type, type.summary);
  const wanted = search.trim().toLocaleLowerCase();
  /** Names that begin with what is searched come first, then those that have it, then what is said of a type. */
  const rank = (type: NodeType): number => {
    const names = [type.type, titleOf(type).toLocaleLowerCase()];
    if (names.some((name) => name.startsWith(wanted))) return 0;
    if (names.some((name) => name.includes(wanted))) return 1;
    return aboutOf(type).toLocaleLowerCase().includes(wanted) ? 2 : NOT_FOUND;
  };
  const found = types
    .filter((type) => rank(type) < NOT_FOUND)
    .sort((a, b) => (wanted ? rank(a) - rank(b) : 0));
  const groups = wanted
    ? [{ category: "", items: found }].filter(({ items }) => items.length > 0)
    : [...new Set([...categories, ...found.map((type) => type.category)])]
        .map((category) => ({ category, items: found.filter((type) => type.category === category) }))
        .filter(({ items }) => items.length > 0);
  const pickFirst = (event: KeyboardEvent): void => {
    const [first] = found;
    if (event.key === "Enter" && wanted && first) onPick(first.type);
  };
  const start = (event: DragEvent, type: string): void => {
    event.dataTransfer.setData("text/plain", type);
    event.dataTransfer.effectAllowed = "copy";
    onDrag?.(type);
  };
  return (
    <div className={styles.palette}>
      <TextInput
        leftSection={<IconSearch size={14} />}
        placeholder={t("canvas.searchSteps")}
        aria-label={t("canvas.searchSteps")}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={pickFirst}
        data-autofocus={hasFocus || undefined}
      />
      <ScrollArea className={styles.list} type="auto" offsetScrollbars="y">
        {groups.map(({ category, items }) => (
          <section
            key={category}
            aria-label={category ? word("categories", category) : t("canvas.searchSteps")}
          >
            {category && <h3 className={styles.category}>{word("categories", category)}</h3>}
            {items.map((type) => {
              const { icon: Picture } = cardOf(type.type, type.category);
              return (
                <Tooltip key={type.type} label={aboutOf(type)} position="right" multiline maw={260}>
                  <button
                    type="button"
                    className={styles.item}
                    data-category={type.category}
                    data-type={type.type}
                    draggable={onDrag !== undefined}
                    onDragStart={(event) => start(event, type.type)}
                    onDragEnd={() => onDrag?.(null)}
                    onClick={() => onPick(type.type)}
                  >
                    <Picture size={16} stroke={1.7} aria-hidden />
                    {titleOf(type)}
                  </button>
                </Tooltip>
              );
            })}
          </section>
        ))}
        {groups.length === 0 && <p className={styles.none}>{t("list.nothing")}</p>}
      </ScrollArea>
    </div>
  );
}
