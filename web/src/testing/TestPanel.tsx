/** Test mode: choose profiles, let things happen, read what came of it. */
import { Alert, Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Types } from "../canvas/graph";
import { instant } from "../i18n/format";
import { BeginForm } from "./BeginForm";
import { ClockBar } from "./ClockBar";
import { FireForm } from "./FireForm";
import { ProfileLog } from "./ProfileLog";
import { endTesting, useTestActs, useTesting } from "./session";
import { textOf, type Doc } from "../model";
import styles from "./testing.module.css";
import { told } from "../i18n/told";

interface Props {
  document: Doc;
  /** Of the document's steps, where it has any. */
  types: Types;
  /** There is room for what happened beside what one does. */
  isWide?: boolean;
}

export default function TestPanel({ document, types, isWide = false }: Props) {
  const { t } = useTranslation();
  const { session, document: tested, profile: id } = useTesting();
  const acts = useTestActs(types);
  if (!session) {
    return (
      <div className={styles.panel} data-wide={isWide || undefined}>
        <div>
          <Text c="dimmed" mb="sm">
            {t("test.about")}
          </Text>
          <BeginForm isBusy={acts.begin.isPending} begin={(wish) => acts.begin.mutate({ document, wish })} />
        </div>
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
    <div className={styles.panel} data-wide={isWide || undefined}>
      <Stack gap="sm">
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
            document={document}
            types={types}
            profile={id}
            isBusy={acts.fire.isPending}
            fire={(items) => acts.fire.mutate(items)}
          />
        )}
        {session.rejects.map((reject) => (
          <Alert key={reject.item} color="red" p="xs" title={told(reject.reason)}>
            {reject.code}
          </Alert>
        ))}
      </Stack>
      {profile && (
        <Stack gap="sm">
          <ProfileLog session={session} profile={profile} document={textOf(document.id)} />
        </Stack>
      )}
    </div>
  );
}
