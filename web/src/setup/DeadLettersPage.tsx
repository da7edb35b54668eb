/** Messages that failed for good: sent again, or dropped. */
import { Button, Checkbox, Group, Table, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconMailCheck, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post } from "../api/client";
import { usePages } from "../api/pages";
import type { DeadLetters } from "../api/types";
import list from "../documents/List.module.css";
import { instant, number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { ProfileLink } from "../profiles/ProfileLink";
import { Said } from "../profiles/Said";
import { useMay } from "../session/session";
import { Pager } from "../shell/Pager";
import { Empty, Failed, Loading } from "../shell/States";
import { tell } from "../shell/toasts";
import styles from "./setup.module.css";

const KEY = "dead-letters";

export function DeadLettersPage() {
  const { t } = useTranslation();
  const word = useWord();
  const client = useQueryClient();
  const mayPublish = useMay("publish");
  const [chosen, choose] = useState<number[]>([]);
  const pages = usePages([KEY], (before: number | null) =>
    get<DeadLetters>(`/api/dead-letters?limit=50${before === null ? "" : `&before=${before}`}`),
  );
  const acting = useMutation({
    mutationFn: (act: "replay" | "drop") =>
      post<{ before: number; left: number }>(
        `/api/dead-letters/${act}`,
        chosen.length ? { messages: chosen } : { all: true },
      ),
    onSuccess: ({ before, left }) => {
      tell(t("deadLetters.done", { count: before - left, shown: number(before - left) }));
      choose([]);
      return client.invalidateQueries({ queryKey: [KEY] });
    },
  });
  if (pages.error) return <Failed error={pages.error} retry={pages.retry} />;
  if (pages.isPending) return <Loading />;
  if (!pages.rows.length)
    return <Empty icon={IconMailCheck} title={t("deadLetters.empty")} text={t("deadLetters.emptyText")} />;
  const drop = (): void => {
    modals.openConfirmModal({
      title: t("deadLetters.dropTitle"),
      children: <Text size="sm">{t("deadLetters.dropText")}</Text>,
      labels: { confirm: t("deadLetters.drop"), cancel: t("actions.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => acting.mutate("drop"),
    });
  };
  const whom = chosen.length
    ? t("deadLetters.chosen", { count: chosen.length, shown: number(chosen.length) })
    : t("deadLetters.all", { total: number(pages.answer?.total ?? 0) });
  return (
    <>
      {mayPublish && (
        <Group mb="sm" gap={8}>
          <Button
            leftSection={<IconRefresh size={14} />}
            loading={acting.isPending}
            onClick={() => acting.mutate("replay")}
          >
            {t("deadLetters.replay")}
          </Button>
          <Button variant="default" leftSection={<IconTrash size={14} />} onClick={drop}>
            {t("deadLetters.drop")}
          </Button>
          <Text size="xs" c="dimmed">
            {whom}
          </Text>
        </Group>
      )}
      <div className={list.sheet}>
        <Table verticalSpacing={6} fz="sm" className={list.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={40} aria-label={t("deadLetters.choose")} />
              <Table.Th>{t("profiles.id")}</Table.Th>
              <Table.Th className={list.wide}>{t("deadLetters.of")}</Table.Th>
              <Table.Th>{t("deadLetters.reason")}</Table.Th>
              <Table.Th className={list.wide}>{t("deadLetters.at")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.rows.map(({ message, profile, document, node, channel, reason, failed_at }) => (
              <Table.Tr key={message}>
                <Table.Td>
                  <Checkbox
                    aria-label={t("deadLetters.chooseOf", { message })}
                    checked={chosen.includes(message)}
                    onChange={(event) =>
                      choose(
                        event.currentTarget.checked
                          ? [...chosen, message]
                          : chosen.filter((one) => one !== message),
                      )
                    }
                  />
                </Table.Td>
                <Table.Td>{profile === null ? "–" : <ProfileLink id={profile} />}</Table.Td>
                <Table.Td className={list.wide}>
                  <span className="code">{node === null ? document : `${document}/${node}`}</span>
                  <div className={styles.quiet}>{word("nodes", channel)}</div>
                </Table.Td>
                <Table.Td style={{ overflowWrap: "anywhere" }}>
                  {reason ? <Said text={reason} /> : "–"}
                </Table.Td>
                <Table.Td className={`${list.wide ?? ""} numbers`}>{instant(failed_at)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Pager pages={pages} of={pages.answer?.total ?? null} />
    </>
  );
}
