/** What stands beside the canvas: the chosen step, problems, YAML, test mode. */
import { ActionIcon, Skeleton, Tabs } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { ProblemList } from "../editor/ProblemList";
import { ProblemsTab } from "../editor/ProblemsTab";
import { Boundary } from "../shell/Boundary";
import { useActs } from "./acts";
import { Inspector } from "./Inspector";
import styles from "./SidePanel.module.css";
import { ENTRY } from "./graph";
import { useScene } from "./scene";
import { useView, useViewStore } from "./view";

const YamlView = lazy(() => import("../editor/YamlView"));

export function SidePanel({ isLocked, onClose }: { isLocked: boolean; onClose?: () => void }) {
  const { t } = useTranslation();
  const { kit, problems } = useScene();
  const own = kit.panels();
  const acts = useActs();
  const view = useViewStore();
  const panel = useView((now) => now.panel);
  return (
    <Tabs
      value={panel}
      onChange={(next) => view.setState({ panel: next ?? "step" })}
      className={styles.panel}
      keepMounted={false}
    >
      <div className={styles.head}>
        <Tabs.List className={styles.tabs}>
          <Tabs.Tab value="step">{t("panel.step")}</Tabs.Tab>
          <ProblemsTab problems={problems} />
          <Tabs.Tab value="yaml">{t("panel.yaml")}</Tabs.Tab>
          {own.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {onClose && (
          <ActionIcon ml="auto" my="auto" aria-label={t("actions.close")} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
      <Boundary at={panel}>
        <Suspense fallback={<Skeleton m="md" height={160} />}>
          <Tabs.Panel value="step" className={styles.scroll}>
            <Inspector isLocked={isLocked} />
          </Tabs.Panel>
          <Tabs.Panel value="problems" className={styles.scroll}>
            <ProblemList problems={problems} onGo={(problem) => acts.choose([problem.step ?? ENTRY])} />
          </Tabs.Panel>
          <Tabs.Panel value="yaml" className={styles.fill}>
            <YamlView isLocked={isLocked} />
          </Tabs.Panel>
          {own.map(({ id, Content }) => (
            <Tabs.Panel key={id} value={id} className={styles.scroll}>
              <Content />
            </Tabs.Panel>
          ))}
        </Suspense>
      </Boundary>
    </Tabs>
  );
}
