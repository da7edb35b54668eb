/** Test mode: choose profiles, let things happen, read what came of it. */
import { Alert, Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useScene } from "../canvas/scene";
import { instant } from "../i18n/format";
import { BeginForm } from "./BeginForm";
import { ClockBar } from "./ClockBar";
import { FireForm } from "./FireForm";
import { ProfileLog } from "./ProfileLog";
import { endTesting, useTestActs, useTesting } from "./session";
import { textOf } from "../model";
import styles from "./testing.module.css";

export default function TestPanel() {
  const { t } = useTranslation();
  const { document, types } = useScene();
  const { session, document: tested, profile: id } = useTesting();
  const acts = useTestActs(types);
  if (!session) {
    return (
      <div className={styles.panel}>
        <Text c="dimmed" mb="sm">
          {t("test.about")}
        </Text>
        <BeginForm isBusy={acts.begin.isPending} begin={(wish) => acts.begin.mutate({ document, wish })} />
      </div>
    );
  }
  const profile = session.profiles.find((one) => one.id === id);
  const again = (): void =>
    acts.begin.mutate({
      document,
      wish: {
        start: null,
        profiles: session.profiles.map((one) => ({ id: one.id, copy: false, attributes: one.attributes })),
      },
    });
  return (
    <Stack gap="sm" className={styles.panel}>
      {tested !== document && (
        <Alert color="yellow" p="xs" title={t("test.changed")}>
          <Button
            size="compact-xs"
            variant="white"
            color="yellow"
            leftSection={<IconRefresh size={13} />}
            loading={acts.begin.isPending}
            onClick={again}
          >
            {t("test.again")}
          </Button>
        </Alert>
      )}
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text size="xs" c="dimmed">
            {t("test.now")}
          </Text>
          <Text fw={600} className="numbers" component="time">
            {instant(session.now, true)}
          </Text>
        </div>
        <Button
          variant="subtle"
          color="red"
          size="compact-xs"
          leftSection={<IconPlayerStop size={13} />}
          onClick={endTesting}
        >
          {t("test.end")}
        </Button>
      </Group>
      <ClockBar
        nextAt={session.next_at}
        isBusy={acts.jump.isPending}
        jump={(where) => acts.jump.mutate(where)}
      />
      <Select
        label={t("test.profile")}
        data={session.profiles.map((one) => one.id)}
        value={id}
        allowDeselect={false}
        onChange={(next) => acts.choose(next ?? "")}
      />
      {id !== null && (
        <FireForm
          key={id}
          profile={id}
          isBusy={acts.fire.isPending}
          fire={(items) => acts.fire.mutate(items)}
        />
      )}
      {session.rejects.map((reject) => (
        <Alert key={reject.item} color="red" p="xs" title={reject.reason}>
          {reject.code}
        </Alert>
      ))}
      {profile && <ProfileLog profile={profile} document={textOf(document.id)} />}
    </Stack>
  );
}
