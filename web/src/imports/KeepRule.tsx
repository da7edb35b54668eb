/** The mapping is kept under a name, for the next file of the kind and for the watched folder. */
import { Button, Group, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconDeviceFloppy } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { ID } from "../documents/ids";
import { tell } from "../shell/toasts";
import type { Mapping } from "./imports";
import styles from "./imports.module.css";

interface Props {
  mapping: Mapping;
  name: string;
  rule: string | null;
}

export function KeepRule({ mapping, name, rule }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [id, setId] = useState(rule ?? "");
  const [files, setFiles] = useState("");
  const keeping = useMutation({
    mutationFn: () => post("/api/mappings", { id, files: files.trim() || null, ...mapping }),
    onSuccess: () => {
      tell(t("imports.kept", { id }));
      return Promise.all(
        [["mappings"], ["drafts"], ["draft"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    keeping.mutate();
  };
  return (
    <form onSubmit={submit} className={styles.keep} aria-label={t("imports.keepTitle")}>
      <div>
        <Text fw={570}>{t("imports.keepTitle")}</Text>
        <Text size="sm" c="dimmed">
          {t("imports.keepText")}
        </Text>
      </div>
      <Group gap={8} align="flex-end">
        <TextInput
          label={t("imports.ruleName")}
          value={id}
          error={id !== "" && !ID.test(id) ? t("names.badId") : null}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <TextInput
          label={t("imports.files")}
          placeholder={patternOf(name)}
          value={files}
          onChange={(event) => setFiles(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          leftSection={<IconDeviceFloppy size={15} />}
          disabled={!ID.test(id)}
          loading={keeping.isPending}
        >
          {t("imports.keep")}
        </Button>
      </Group>
    </form>
  );
}

/** `people-2026-11.csv` is probably followed by others like it: `people-*.csv`. */
export const patternOf = (name: string): string => name.replace(/\d[\d_-]*(?=\.[^.]+$)/, "*");
