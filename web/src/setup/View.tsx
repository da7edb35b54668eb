/** A page beside a section's list. */
import { Title } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import styles from "../documents/List.module.css";
import { SectionTabs } from "../documents/SectionTabs";
import type { Section } from "../documents/sections";
import { useWord } from "../i18n/words";
import { useSession } from "../session/session";
import { GuideLink } from "../shell/GuideLink";
import { OF_VIEW } from "../shell/guides";
import { Empty, Nowhere } from "../shell/States";
import { ImportPage } from "../imports/ImportPage";
import { ArrivalsPage } from "./ArrivalsPage";
import { DeadLettersPage } from "./DeadLettersPage";
import { DeliveryPage } from "./DeliveryPage";
import { PrintedPage } from "./PrintedPage";
import { RejectsPage } from "./RejectsPage";
import { SuppressionsPage } from "./SuppressionsPage";
import { UndeclaredPage } from "./UndeclaredPage";
import { WrittenPage } from "./WrittenPage";

const PAGES: Partial<Record<string, ComponentType>> = {
  import: ImportPage,
  written: WrittenPage,
  printed: PrintedPage,
  arrivals: ArrivalsPage,
  rejects: RejectsPage,
  delivery: DeliveryPage,
  undeclared: UndeclaredPage,
  suppressions: SuppressionsPage,
  failed: DeadLettersPage,
};

export default function View({ section, view }: { section: Section; view: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const permissions = useSession().data?.permissions ?? [];
  const found = section.views?.find((one) => one.id === view);
  const Page = PAGES[view];
  if (!found || !Page) return <Nowhere back={`/${section.id}`} />;
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <Title order={1} fz={22}>
          {word("sections", section.id)}
        </Title>
        <p className={styles.about}>
          {word("viewAbouts", view)} <GuideLink page={OF_VIEW[view]} />
        </p>
      </div>
      <SectionTabs section={section} view={view} />
      {permissions.includes(found.needs) ? (
        <Page />
      ) : (
        <Empty icon={IconLock} title={t("setup.mayNot")} text={t("setup.mayNotText")} />
      )}
    </div>
  );
}
