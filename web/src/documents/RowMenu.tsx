/** What one can do with a document of a list. */
import { ActionIcon, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconCopy, IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DraftRow } from "../api/types";
import { useMay } from "../session/session";
import { CopyDialog } from "./CopyDialog";
import { RenameDialog } from "./RenameDialog";
import { BUILT } from "./sections";
import { useDelete } from "./writing";

export function RowMenu({ draft }: { draft: DraftRow }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<"copy" | "rename" | null>(null);
  const mayBuild = useMay("build");
  const mayConfigure = useMay("configure");
  const removal = useDelete();
  const may = BUILT.has(draft.kind) ? mayBuild : mayConfigure;
  const confirm = (): void => {
    modals.openConfirmModal({
      title: t("list.deleteTitle", { name: draft.name }),
      children: (
        <Text size="sm">{draft.version === null ? t("list.deleteText") : t("list.deletePublished")}</Text>
      ),
      labels: { confirm: t("actions.delete"), cancel: t("actions.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => removal.mutate(draft),
    });
  };
  if (!may) return null;
  return (
    <>
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <ActionIcon aria-label={t("list.actionsOf", { name: draft.name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setDialog("rename")}>
            {t("actions.rename")}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => setDialog("copy")}>
            {t("actions.copy")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={confirm}>
            {t("actions.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "copy" && <CopyDialog draft={draft} onClose={() => setDialog(null)} />}
      {dialog === "rename" && <RenameDialog draft={draft} onClose={() => setDialog(null)} />}
    </>
  );
}
