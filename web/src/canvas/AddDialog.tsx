import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useActs } from "./acts";
import { Palette } from "./Palette";
import { useScene } from "./scene";
import { useView, useViewStore } from "./view";

/** Asks which step is to be added at a spot. */
export function AddDialog() {
  const { t } = useTranslation();
  const { kit, catalog } = useScene();
  const acts = useActs();
  const view = useViewStore();
  const isOpen = useView((now) => now.isAdding);
  const spot = useView((now) => now.adding);
  const close = (): void => {
    view.setState({ isAdding: false });
    const { focus } = view.getState();
    document.querySelector<HTMLElement>(`[data-step="${CSS.escape(focus)}"]`)?.focus();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      returnFocus={false}
      title={t("canvas.addTitle")}
      size={360}
      padding="sm"
      // Gone at once: a dialog that fades would catch, with its old search, what the keyboard says next.
      transitionProps={{ duration: 0 }}
    >
      <div style={{ height: "min(480px, 60vh)", margin: "-12px" }}>
        <Palette
          types={kit.offered(kit.types(catalog), spot)}
          words={kit.words}
          categories={catalog.categories}
          onPick={(type) => acts.add(type, spot)}
          hasFocus
        />
      </div>
    </Modal>
  );
}
