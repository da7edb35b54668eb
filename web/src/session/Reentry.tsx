/** A session ended while the page was open: sign in again over it, and nothing that was being edited is lost. */
import { Button, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { at } from "../root";
import { useSession, useExpiry, useWelcome } from "./session";
import { SignInForm } from "./SignIn";

export function Reentry() {
  const { t } = useTranslation();
  const hasEnded = useExpiry((state) => state.hasEnded);
  const name = useSession().data?.user.name;
  const oidc = useWelcome().data?.sign_in.oidc;
  return (
    <Modal
      opened={hasEnded}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("session.ended")}
      size="sm"
    >
      <Stack>
        <Text c="dimmed">{t("session.endedText")}</Text>
        <SignInForm {...(name === undefined ? {} : { name })} />
        {oidc && (
          <Button component="a" href={at("/api/oidc/begin")} variant="default" target="_blank">
            {t("session.with", { name: oidc.name })}
          </Button>
        )}
      </Stack>
    </Modal>
  );
}
