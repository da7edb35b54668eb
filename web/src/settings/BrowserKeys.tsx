/** What a website needs of this server: the script, the key of web push, the key that proves who is signed in. */
import { Button, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconEye } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { get, post } from "../api/client";
import { Copied } from "../shell/Copied";
import { GuideLink } from "../shell/GuideLink";

interface Browsers {
  script: string;
  vapid_public_key: string;
}

export function BrowserKeys() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["browsers"], queryFn: () => get<Browsers>("/api/browsers") }).data;
  const showing = useMutation({ mutationFn: () => post<{ key: string }>("/api/browsers/signing-key") });
  if (!found) return null;
  return (
    <section aria-labelledby="browsers">
      <Title order={2} fz="md" id="browsers">
        {t("browsers.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs" maw={720}>
        {t("browsers.text")} <GuideLink page="guide/channels/browser/" />
      </Text>
      <Stack gap="xs">
        <Fact name={t("browsers.script")}>
          <Copied name={t("browsers.script")} text={`<script src="${found.script}" async></script>`} />
        </Fact>
        <Fact name={t("browsers.vapid")}>
          <Copied name={t("browsers.vapid")} text={found.vapid_public_key} />
        </Fact>
        <Fact name={t("browsers.signing")}>
          {showing.data ? (
            <Copied name={t("browsers.signing")} text={showing.data.key} />
          ) : (
            <Button
              variant="default"
              size="compact-sm"
              title={t("browsers.showHint")}
              leftSection={<IconEye size={14} />}
              loading={showing.isPending}
              onClick={() => showing.mutate()}
            >
              {t("browsers.show")}
            </Button>
          )}
        </Fact>
      </Stack>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={550}>
        {name}
      </Text>
      {children}
    </div>
  );
}
