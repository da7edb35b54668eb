/** Palette, canvas, and what is chosen. */
import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { ReactFlowProvider } from "@xyflow/react";
import { memo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Catalog } from "../api/types";
import { EditorBar } from "../editor/EditorBar";
import { useEditing } from "../editor/EditorProvider";
import { Notices } from "../editor/Notices";
import { useMay } from "../session/session";
import { useActs } from "./acts";
import { AddDialog } from "./AddDialog";
import { Canvas } from "./Canvas";
import styles from "./Desk.module.css";
import type { Kit } from "./kit";
import { Palette } from "./Palette";
import { readPlaces } from "./places";
import { SceneContext, SceneStoreContext, useOpenScene, useSceneOf, useSceneStore } from "./scene";
import { SidePanel } from "./SidePanel";
import { createView, useView, useViewStore, ViewContext } from "./view";

interface Props {
  kit: Kit;
  catalog: Catalog;
  /** What stands in the bar of the editor. */
  bar?: ReactNode;
  /** What one is told about the document as it runs. */
  notice?: ReactNode;
  /** What else this kind of document shows, such as a drawer. */
  children?: ReactNode;
}

/** The page of a document that has a canvas. */
export function CanvasPage({ kit, catalog, bar, notice, children }: Props) {
  const id = useEditing((editing) => editing.saved.id);
  const isLocked = !useMay("build");
  const [view] = useState(() => createView(readPlaces(id)));
  const scene = useOpenScene(kit, catalog, !isLocked);
  const store = useSceneStore(scene);
  return (
    <ViewContext value={view}>
      <SceneContext value={scene}>
        <SceneStoreContext value={store}>
          <ReactFlowProvider>
            <div className={styles.page}>
              <EditorBar>{bar}</EditorBar>
              <Notices />
              {notice}
              <Desk isLocked={isLocked} />
              {children}
            </div>
          </ReactFlowProvider>
        </SceneStoreContext>
      </SceneContext>
    </ViewContext>
  );
}

const Desk = memo(function Desk({ isLocked }: { isLocked: boolean }) {
  const { t } = useTranslation();
  const { kit, catalog } = useSceneOf(({ kit: now, catalog: known }) => ({ kit: now, catalog: known }));
  const acts = useActs();
  const view = useViewStore();
  const isNarrow = useMediaQuery("(max-width: 62em)");
  const isWide = useView(({ panel }) => panel !== "step" && panel !== "problems");
  const isOpen = useView(({ chosen, panel }) => chosen.length > 0 || panel !== "step");
  const close = (): void => view.setState({ chosen: [], panel: "step" });
  const focus = useView((now) => now.focus);
  return (
    <div className={styles.desk} data-wide={isWide || undefined} data-locked={isLocked || undefined}>
      {!isNarrow && !isLocked && (
        <aside className={styles.palette} aria-label={t("canvas.palette")}>
          <Palette
            types={kit.types(catalog)}
            words={kit.words}
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
    </div>
  );
});
