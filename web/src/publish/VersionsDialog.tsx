/** The versions that were published, each with what it changed. */
import { Accordion, Button, Group, Modal, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQuery } from "@tanstack/react-query";
import { IconDoorExit } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { documentPath } from "../api/hooks";
import type { Change, History, Lifecycle } from "../api/types";
import { ApiError } from "../api/client";
import { State } from "../documents/State";
import { instant, number } from "../i18n/format";
import { useMay } from "../session/session";
import { Failed, Loading } from "../shell/States";
import { useLeaveOlder } from "./publishing";

const DifferencePicture = lazy(() => import("./DifferencePicture"));

export function VersionsDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const history = useQuery({
    queryKey: ["changes", id],
    queryFn: () => get<History>(`${documentPath(id)}/changes`),
  });
  const isUnknown = history.error instanceof ApiError && history.error.status === 404;
  return (
    <Modal opened onClose={onClose} title={t("versions.title", { id })} size={920}>
      {history.isPending && <Loading height={120} />}
      {isUnknown && <Text c="dimmed">{t("versions.none")}</Text>}
      {history.error && !isUnknown && <Failed error={history.error} />}
      {history.data && <Versions history={history.data} />}
    </Modal>
  );
}

function Versions({ history }: { history: History }) {
  const { t } = useTranslation();
  const { kind, versions, draft } = history;
  const isChanged = draft !== null && draft.changes.length > 0;
  if (!versions.length) return <Text c="dimmed">{t("versions.none")}</Text>;
  const difference = (before: string | undefined, after: { yaml: string; changes: Change[] }) => (
    <Suspense fallback={<Loading height={200} />}>
      <DifferencePicture kind={kind} before={before ?? ""} after={after.yaml} changes={after.changes} />
    </Suspense>
  );
  return (
    <>
      <LeaveButton history={history} />
      <Accordion multiple defaultValue={isChanged ? ["draft"] : []}>
        {isChanged && (
          <Accordion.Item value="draft">
            <Accordion.Control>{t("versions.draft")}</Accordion.Control>
            <Accordion.Panel>{difference(versions[0]?.yaml, draft)}</Accordion.Panel>
          </Accordion.Item>
        )}
        {versions.map((one, index) => (
          <Accordion.Item key={one.version} value={String(one.version)}>
            <Accordion.Control>
              <Group gap="sm">
                <Text fw={600}>{t("editor.version", { number: one.version })}</Text>
                <State state={one.state as Lifecycle} />
                <Text size="sm" c="dimmed" className="numbers">
                  {instant(one.published_at)}
                </Text>
                {one.inside > 0 && (
                  <Text size="sm" className="numbers">
                    {t("versions.inside", { count: one.inside, shown: number(one.inside) })}
                  </Text>
                )}
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              {one.changes.length > 0 ? (
                difference(versions[index + 1]?.yaml, one)
              ) : (
                <Text c="dimmed">{t("versions.firstOne")}</Text>
              )}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </>
  );
}

/** Those inside versions before the newest one finish there, unless somebody lets them leave. */
function LeaveButton({ history: { id, versions } }: { history: History }) {
  const { t } = useTranslation();
  const mayPublish = useMay("publish");
  const leave = useLeaveOlder(id);
  const count = versions.slice(1).reduce((sum, { inside }) => sum + inside, 0);
  if (!mayPublish || count === 0) return null;
  const ask = (): void => {
    modals.openConfirmModal({
      title: t("versions.leaveTitle"),
      children: <Text>{t("versions.leaveText", { count, shown: number(count) })}</Text>,
      labels: { confirm: t("versions.leave"), cancel: t("actions.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => leave.mutate(),
    });
  };
  return (
    <Button
      variant="light"
      color="red"
      mb="sm"
      leftSection={<IconDoorExit size={15} aria-hidden />}
      loading={leave.isPending}
      onClick={ask}
    >
      {t("versions.leave")}
    </Button>
  );
}
