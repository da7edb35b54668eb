/** The page of a journey: palette, canvas, and what is chosen. */
import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { ReactFlowProvider } from "@xyflow/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Catalog } from "../api/types";
import { EditorBar } from "../editor/EditorBar";
import { Notices } from "../editor/Notices";
import { useEditing } from "../editor/EditorProvider";
import { useMay } from "../session/session";
import { TestSwitch } from "../testing/TestSwitch";
import { useActs } from "./acts";
import { AddDialog } from "./AddDialog";
import { Canvas } from "./Canvas";
import { CrowdDrawer } from "./CrowdDrawer";
import styles from "./JourneyEditor.module.css";
import { Palette } from "./Palette";
import { readPlaces } from "./places";
import { SidePanel } from "./SidePanel";
import { JourneyContext, useJourney, useOpenJourney } from "./useJourney";
import { createView, useView, useViewStore, ViewContext } from "./view";

export default function JourneyEditor({ catalog }: { catalog: Catalog }) {
  const id = useEditing((editing) => editing.saved.id);
  const isLocked = !useMay("build");
  const [view] = useState(() => createView(readPlaces(id)));
  const journey = useOpenJourney(catalog, !isLocked);
  return (
    <ViewContext value={view}>
      <JourneyContext value={journey}>
        <ReactFlowProvider>
          <div className={styles.page}>
            <EditorBar>
              <TestSwitch />
            </EditorBar>
            <Notices />
            <Desk isLocked={isLocked} />
          </div>
        </ReactFlowProvider>
      </JourneyContext>
    </ViewContext>
  );
}

function Desk({ isLocked }: { isLocked: boolean }) {
  const { t } = useTranslation();
  const { catalog } = useJourney();
  const acts = useActs();
  const view = useViewStore();
  const isNarrow = useMediaQuery("(max-width: 62em)");
  const isWide = useView(({ panel }) => panel === "yaml" || panel === "test");
  const isOpen = useView(({ chosen, panel }) => chosen.length > 0 || panel !== "step");
  const close = (): void => view.setState({ chosen: [], panel: "step" });
  const focus = useView((now) => now.focus);
  return (
    <div className={styles.desk} data-wide={isWide || undefined} data-locked={isLocked || undefined}>
      {!isNarrow && !isLocked && (
        <aside className={styles.palette} aria-label={t("canvas.palette")}>
          <Palette
            types={catalog.nodes}
            categories={catalog.categories}
            onPick={(type) => acts.add(type, acts.behind(focus))}
            onDrag={(dragged) => view.setState({ dragged })}
          />
        </aside>
      )}
      <div className={styles.canvas}>
        <Canvas isLocked={isLocked} />
      </div>
      {!isNarrow && (
        <aside className={styles.side} aria-label={t("canvas.panel")}>
          <SidePanel isLocked={isLocked} />
        </aside>
      )}
      {isNarrow && (
        <Drawer
          opened={isOpen}
          onClose={close}
          position="bottom"
          size="72%"
          padding={0}
          title={null}
          withCloseButton={false}
        >
          <SidePanel isLocked={isLocked} onClose={close} />
        </Drawer>
      )}
      <AddDialog />
      <CrowdDrawer />
    </div>
  );
}
