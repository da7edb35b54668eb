/** What stands where nothing can be shown yet: loading, nothing there, an error. */
import { Alert, Button, Center, Code, Loader, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, type Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client";
import { told } from "../i18n/told";

export function Loading({ height = 240 }: { height?: number | string }) {
  const { t } = useTranslation();
  return (
    <Center h={height} role="status" aria-label={t("shell.loading")}>
      <Loader size="sm" type="dots" />
    </Center>
  );
}

interface EmptyProps {
  icon: Icon;
  title: string;
  text?: string;
  children?: ReactNode;
}

export function Empty({ icon: Picture, title, text, children }: EmptyProps) {
  return (
    <Center py={56} px="md">
      <Stack align="center" gap={6} maw={420} ta="center">
        <Picture size={34} stroke={1.3} color="var(--quiet)" aria-hidden />
        <Title order={2} fz="lg" mt={6}>
          {title}
        </Title>
        {text && (
          <Text c="dimmed" size="md">
            {text}
          </Text>
        )}
        {children && <div style={{ marginTop: 12 }}>{children}</div>}
      </Stack>
    </Center>
  );
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const known = error instanceof ApiError ? error : null;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle size={18} />}
      title={known ? told(known.message) : t("errors.unexpected")}
      m="md"
    >
      <Stack gap="xs" align="flex-start">
        {known?.hint && <Text size="sm">{told(known.hint)}</Text>}
        <Code>{known?.code ?? String(error)}</Code>
        {retry && (
          <Button variant="light" color="red" onClick={retry}>
            {t("actions.again")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
