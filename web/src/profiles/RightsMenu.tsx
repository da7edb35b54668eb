/** What a person may ask for: all that is held, a way to say what they want, and to be forgotten. */
import {
  ActionIcon,
  Checkbox,
  CopyButton,
  Button,
  Group,
  Menu,
  Modal,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconDots, IconDownload, IconLink, IconUserX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { download, post } from "../api/client";
import { useMay } from "../session/session";
import { tell } from "../shell/toasts";
import { PROFILES } from "./addresses";

export function RightsMenu({ id }: { id: string }) {
  const { t } = useTranslation();
  const [isErasing, setErasing] = useState(false);
  const mayConfigure = useMay("configure");
  const exporting = useMutation({
    mutationFn: () => download("/api/people/export", { profile: id }, `${id}.zip`),
  });
  const linking = useMutation({
    mutationFn: () => post<{ url: string }>("/api/people/preferences-link", { profile: id }),
  });
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <ActionIcon variant="default" size={32} aria-label={t("rights.menu")} loading={exporting.isPending}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDownload size={14} />} onClick={() => exporting.mutate()}>
            {t("rights.export")}
          </Menu.Item>
          <Menu.Item leftSection={<IconLink size={14} />} onClick={() => linking.mutate()}>
            {t("rights.link")}
          </Menu.Item>
          {mayConfigure && (
            <Menu.Item color="red" leftSection={<IconUserX size={14} />} onClick={() => setErasing(true)}>
              {t("rights.erase")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={linking.data !== undefined} onClose={() => linking.reset()} title={t("rights.link")}>
        <Stack>
          <Text size="sm">{t("rights.linkText")}</Text>
          <TextInput readOnly aria-label={t("rights.link")} value={linking.data?.url ?? ""} />
          <CopyButton value={linking.data?.url ?? ""}>
            {({ copied, copy }) => (
              <Button style={{ alignSelf: "flex-start" }} onClick={copy}>
                {copied ? t("keysPage.copied") : t("actions.copy")}
              </Button>
            )}
          </CopyButton>
        </Stack>
      </Modal>
      <Modal opened={isErasing} onClose={() => setErasing(false)} title={t("rights.eraseTitle", { id })}>
        <Erasing id={id} onClose={() => setErasing(false)} />
      </Modal>
    </>
  );
}

/** Nothing brings an erased person back, so the id is typed once more. */
function Erasing({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [, go] = useLocation();
  const [typed, setTyped] = useState("");
  const [suppress, setSuppress] = useState(true);
  const erasing = useMutation({
    mutationFn: () => post("/api/people/erase", { profiles: [id], suppress }),
    onSuccess: async () => {
      tell(t("rights.erased", { id }));
      go(PROFILES);
      client.removeQueries({ queryKey: ["profile", id] });
      await client.invalidateQueries({ queryKey: ["profiles"] });
    },
  });
  return (
    <Stack>
      <Text size="sm">{t("rights.eraseText")}</Text>
      <Checkbox
        label={t("rights.suppress")}
        checked={suppress}
        onChange={(event) => setSuppress(event.currentTarget.checked)}
      />
      <TextInput
        label={t("rights.typeId", { id })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("actions.cancel")}
        </Button>
        <Button
          color="red"
          disabled={typed !== id}
          loading={erasing.isPending}
          onClick={() => erasing.mutate()}
        >
          {t("rights.eraseNow")}
        </Button>
      </Group>
    </Stack>
  );
}
