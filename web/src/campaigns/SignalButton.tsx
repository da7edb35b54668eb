/** Starts a run of a campaign that starts by a signal, with values for its parameters. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { IconBroadcast } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "../editor/EditorProvider";
import { isMap } from "../model";
import { tell } from "../shell/toasts";
import { ParameterFields } from "./ParameterFields";
import { declaredBy, parametersOf } from "./parameters";
import { useSignal } from "./runs";

export function SignalButton({ id }: { id: string }) {
  const { t } = useTranslation();
  const schedule = useEditing((editing) => editing.saved.published?.document.schedule);
  const signal = useSignal(id);
  const [isOpen, setOpen] = useState(false);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  if (!isMap(schedule) || !isMap(schedule.signal)) return null;
  const declared = declaredBy(schedule);
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
          <ParameterFields declared={declared} values={values} onChange={setValues} />
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
