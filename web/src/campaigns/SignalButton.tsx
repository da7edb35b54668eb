/** Starts a run of a campaign that starts by a signal, with values for its parameters. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { IconBroadcast } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "../editor/EditorProvider";
import { isMap, type Json, type JsonMap } from "../model";
import { tell } from "../shell/toasts";
import { useSignal } from "./runs";

export function SignalButton({ id }: { id: string }) {
  const { t } = useTranslation();
  const schedule = useEditing((editing) => editing.saved.published?.document.schedule);
  const signal = useSignal(id);
  const [isOpen, setOpen] = useState(false);
  const [values, setValues] = useState<Record<string, string>>({});
  if (!isMap(schedule) || !isMap(schedule.signal)) return null;
  const declared = isMap(schedule.signal.parameters) ? schedule.signal.parameters : {};
  const send = (): void =>
    signal.mutate(parametersOf(declared, values), {
      onSuccess: () => {
        setOpen(false);
        tell(t("campaign.signal.sent"));
      },
    });
  return (
    <>
      <Button leftSection={<IconBroadcast size={15} />} onClick={() => setOpen(true)}>
        {t("campaign.signal.do")}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t("campaign.signal.title", { id })}>
        <Stack gap="sm">
          {Object.keys(declared).map((name) => (
            <TextInput
              key={name}
              label={name}
              value={values[name] ?? ""}
              onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
            />
          ))}
          <Group justify="flex-end">
            <Button loading={signal.isPending} onClick={send}>
              {t("campaign.signal.do")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

/** What was written, as values of the declared types; what was left empty is not sent. */
function parametersOf(declared: JsonMap, values: Record<string, string>): JsonMap {
  const written = Object.entries(values).filter(([, text]) => text !== "");
  return Object.fromEntries(written.map(([name, text]) => [name, valueOf(text, declared[name])]));
}

function valueOf(text: string, declared: Json | undefined): Json {
  const type = isMap(declared) ? declared.type : declared;
  if (type === "boolean") return text === "true";
  if ((type === "number" || type === "integer") && !Number.isNaN(Number(text))) return Number(text);
  return text;
}
