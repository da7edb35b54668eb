/** The pages of a part of the studio: the list, and what stands beside it. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useWord } from "../i18n/words";
import { useSession } from "../session/session";
import type { Section } from "./sections";
import styles from "./SectionTabs.module.css";

export function SectionTabs({ section, view = "" }: { section: Section; view?: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const may = new Set(useSession().data?.permissions);
  const views = (section.views ?? []).filter(({ needs }) => may.has(needs));
  if (!views.length) return null;
  const places = [
    { id: "", address: `/${section.id}`, name: t("views.list") },
    ...views.map(({ id }) => ({ id, address: `/${section.id}/${id}`, name: word("views", id) })),
  ];
  return (
    <nav className={styles.tabs} aria-label={word("sections", section.id)}>
      {places.map(({ id, address, name }) => (
        <Link key={id} href={address} className={styles.tab} aria-current={id === view ? "page" : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
