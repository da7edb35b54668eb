/** What a message says, over the page of its document: variants side by side, each of which can be edited here. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../api/hooks";
import { DocumentPage } from "../documents/DocumentPage";
import { LeaveContext } from "../editor/leaving";
import { MailTools } from "./MailTools";
import { NOBODY, ReaderContext, previewOf, type Reader } from "./previewing";
import { ReaderForm, type Reads } from "./ReaderForm";
import { Rendered } from "./Rendered";
import type { Part, Width } from "./Screen";
import { variantWords, type Variant } from "./uses";
import styles from "./content.module.css";

interface Props {
  title: string;
  channel: string;
  variants: readonly Variant[];
  onClose: () => void;
}

export default function SaidDesk({ title, channel, variants, onClose }: Props) {
  const client = useQueryClient();
  const [reader, setReader] = useState<Reader>(NOBODY);
  const [edited, setEdited] = useState<string | null>(null);
  const reading = useMemo(() => ({ reader, setReader }), [reader]);
  const leave = (): void => {
    setEdited(null);
    void client.invalidateQueries({ queryKey: ["preview"] });
  };
  return (
    <Modal
      opened
      fullScreen
      onClose={edited === null ? onClose : leave}
      title={edited === null ? title : undefined}
      withCloseButton={edited === null}
      aria-label={title}
      classNames={{ content: styles.cover ?? "", body: styles.coverBody ?? "" }}
    >
      {edited === null ? (
        <ReaderContext value={reading}>
          <Beside channel={channel} variants={variants} onEdit={setEdited} />
        </ReaderContext>
      ) : (
        <LeaveContext value={leave}>
          <DocumentPage kind="template" id={edited} />
        </LeaveContext>
      )}
    </Modal>
  );
}

interface BesideProps {
  channel: string;
  variants: readonly Variant[];
  onEdit: (template: string) => void;
}

function Beside({ channel, variants, onEdit }: BesideProps) {
  const { t } = useTranslation();
  const [width, setWidth] = useState<Width>(variants.length > 2 ? "phone" : "desktop");
  const [part, setPart] = useState<Part>("html");
  const ids = [...new Set(variants.map(({ template }) => template))];
  const known = useVocabulary().data?.templates;
  const locales = ids.flatMap((id) => known?.find((one) => one.id === id)?.locales ?? []);
  return (
    <div className={styles.beside}>
      <ReaderForm reads={useReads(ids)} locales={locales} />
      <Group gap={8} className={styles.tools}>
        {channel === "email" && <MailTools {...{ width, setWidth, part, setPart }} />}
        <Text size="sm" c="dimmed">
          {t("content.savedOnes")}
        </Text>
      </Group>
      <div className={styles.columns} role="group" aria-label={t("content.preview")} tabIndex={0}>
        {variants.map((variant, place) => (
          <Rendered
            key={place}
            id={variant.template}
            title={variantWords(variant)}
            channel={channel}
            width={width}
            part={part}
          >
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconPencil size={13} />}
              onClick={() => onEdit(variant.template)}
            >
              {t("content.edit")}
            </Button>
          </Rendered>
        ))}
      </div>
    </div>
  );
}

/** What all of them read. */
function useReads(ids: readonly string[]): Reads {
  const found = useQueries({ queries: ids.map((id) => previewOf({ id, ...EMPTY })) });
  const reads: Record<string, string[]> = {};
  for (const { data } of found)
    for (const [object, names] of Object.entries(data?.reads ?? {}))
      reads[object] = [...new Set([...(reads[object] ?? []), ...names])];
  return reads;
}

const EMPTY = { profile: null, attributes: {}, event: {}, nodes: {}, locale: null };
