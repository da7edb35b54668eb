/** Where a file is dropped or chosen; it goes to the server at once, and nothing is imported yet. */
import { Button, FileButton, Progress, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconUpload } from "@tabler/icons-react";
import { useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { upload } from "../api/client";
import type { Upload } from "../api/types";
import { percent } from "../i18n/format";
import { Refusal } from "../setup/Refusal";
import { KEY } from "./imports";
import styles from "./imports.module.css";

const ACCEPTED = ".csv,.tsv,.txt,.ndjson,.jsonl,.json,.parquet";

export function FileDrop({ onSent }: { onSent: (upload: Upload) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [share, setShare] = useState(0);
  const [isOver, setOver] = useState(false);
  const sending = useMutation({
    mutationFn: (file: File) => {
      setShare(0);
      return upload<Upload>(`/api/uploads?name=${encodeURIComponent(file.name)}`, file, setShare);
    },
    onSuccess: async (sent) => {
      await client.invalidateQueries({ queryKey: KEY });
      onSent(sent);
    },
    meta: { quiet: true },
  });
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file && !sending.isPending) sending.mutate(file);
  };
  return (
    <section
      className={styles.drop}
      data-over={isOver || undefined}
      aria-label={t("imports.newFile")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconUpload size={26} stroke={1.4} aria-hidden />
      <Text fw={570}>{t("imports.drop")}</Text>
      <Text size="sm" c="dimmed">
        {t("imports.dropText")}
      </Text>
      {sending.isPending ? (
        <div className={styles.sending}>
          <Progress value={share * 100} aria-label={t("imports.sending", { share: percent(share) })} />
          <Text size="xs" c="dimmed" className="numbers">
            {t("imports.sending", { share: percent(share) })}
          </Text>
        </div>
      ) : (
        <FileButton accept={ACCEPTED} onChange={(file) => file && sending.mutate(file)}>
          {(props) => <Button {...props}>{t("imports.choose")}</Button>}
        </FileButton>
      )}
      <Refusal error={sending.error} />
    </section>
  );
}
