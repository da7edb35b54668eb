/** What the workspace is called, and by which clock it lives. */
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { draftPath, useDrafts } from "../api/hooks";
import type { Draft } from "../api/types";
import { ZONES } from "../forms/editors/ZoneControl";
import { textOf, type Doc } from "../model";
import { Loading } from "../shell/States";
import { useAct, write } from "./acting";
import type { StepProps } from "./BeginPage";
import styles from "./onboarding.module.css";
import { say } from "./progress";

const EMPTY: Doc = { kind: "workspace", id: "workspace" };

export function ShopStep({ onNext }: StepProps) {
  const row = useDrafts().data?.find((one) => one.kind === "workspace");
  const draft = useQuery({
    queryKey: ["draft", "begin", row?.id],
    queryFn: () => get<Draft>(draftPath("workspace", row?.id ?? "")),
    enabled: row !== undefined,
  });
  if (row && !draft.data) return <Loading height={80} />;
  return <Shop document={draft.data?.document ?? EMPTY} onNext={onNext} />;
}

function Shop({ document, onNext }: StepProps & { document: Doc }) {
  const { t } = useTranslation();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [title, setTitle] = useState(textOf(document.title));
  const [zone, setZone] = useState(textOf(document.timezone) || here);
  const saving = useAct((wish: Doc) => write([wish], false));
  // The form is made anew when the workspace's document is there: what follows must not depend on it.
  const save = async (): Promise<void> => {
    await saving.mutateAsync({ ...document, title, timezone: zone });
    say("shop");
    onNext();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void save().catch(() => undefined);
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <TextInput
        size="sm"
        label={t("begin.shopName")}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        required
      />
      <Select
        size="sm"
        label={t("settings.zone")}
        description={t("begin.zoneHint")}
        data={[...new Set([zone, ...ZONES])]}
        value={zone}
        onChange={(value) => setZone(value ?? zone)}
        searchable
        allowDeselect={false}
        limit={200}
      />
      <Group justify="flex-end">
        <Button type="submit" size="sm" loading={saving.isPending} disabled={!title.trim()}>
          {t("begin.next")}
        </Button>
      </Group>
    </form>
  );
}
