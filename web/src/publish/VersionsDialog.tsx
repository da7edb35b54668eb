/** The versions that were published, each with what it changed. */
import { Accordion, Group, Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { documentPath } from "../api/hooks";
import type { History, Lifecycle } from "../api/types";
import { ApiError } from "../api/client";
import { State } from "../documents/State";
import { instant, number } from "../i18n/format";
import { Failed, Loading } from "../shell/States";
import { Changes } from "./Changes";

export function VersionsDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const history = useQuery({
    queryKey: ["changes", id],
    queryFn: () => get<History>(`${documentPath(id)}/changes`),
  });
  const isUnknown = history.error instanceof ApiError && history.error.status === 404;
  return (
    <Modal opened onClose={onClose} title={t("versions.title", { id })} size="xl">
      {history.isPending && <Loading height={120} />}
      {isUnknown && <Text c="dimmed">{t("versions.none")}</Text>}
      {history.error && !isUnknown && <Failed error={history.error} />}
      {history.data && <Versions history={history.data} />}
    </Modal>
  );
}

function Versions({ history: { versions, draft } }: { history: History }) {
  const { t } = useTranslation();
  const isChanged = draft !== null && draft.changes.length > 0;
  if (!versions.length) return <Text c="dimmed">{t("versions.none")}</Text>;
  return (
    <Accordion multiple defaultValue={isChanged ? ["draft"] : []}>
      {isChanged && (
        <Accordion.Item value="draft">
          <Accordion.Control>{t("versions.draft")}</Accordion.Control>
          <Accordion.Panel>
            <Changes changes={draft.changes} />
          </Accordion.Panel>
        </Accordion.Item>
      )}
      {versions.map((one) => (
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
              <Changes changes={one.changes} />
            ) : (
              <Text c="dimmed">{t("versions.firstOne")}</Text>
            )}
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
