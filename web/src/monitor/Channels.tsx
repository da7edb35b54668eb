/** What channels did in the last hour, and how they are. */
import { Badge, Table, Text, Title, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Monitor } from "../api/types";
import { Count } from "../crowd/Count";
import { span } from "../i18n/spans";
import { told } from "../i18n/told";
import { useWord } from "../i18n/words";
import { Untold } from "../reports/Untold";
import { useToldDelivery } from "../reports/deliveries";
import styles from "./monitor.module.css";

type Activity = Monitor["channels"][number];
const COLUMNS = [
  "sent",
  "pending",
  "failed",
  "delivered",
  "bounced",
  "opened",
  "clicked",
  "unsubscribed",
] as const;

/** These are of messages; the others came back about them. */
const OF_MESSAGES: ReadonlySet<string> = new Set(["sent", "pending", "failed"]);

/** `since`: when the hour began that they are about. */
export function Channels({ channels, since }: { channels: Activity[]; since: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const isTold = useToldDelivery();
  return (
    <section aria-labelledby="channels">
      <Title order={2} fz={15} id="channels" mb={8}>
        {t("monitor.channels")}
      </Title>
      <div className={styles.sheet} tabIndex={0} role="group" aria-labelledby="channels">
        {channels.length === 0 ? (
          <Text c="dimmed" p="md">
            {t("monitor.noChannels")}
          </Text>
        ) : (
          <Table fz="sm" horizontalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("monitor.channel")}</Table.Th>
                <Table.Th>{t("monitor.state")}</Table.Th>
                {COLUMNS.map((name) => (
                  <Table.Th key={name} ta="end">
                    {t(`monitor.columns.${name}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {channels.map((channel) => (
                <Table.Tr key={channel.type}>
                  <Table.Th scope="row" fw={560}>
                    {word("values", channel.type)}
                  </Table.Th>
                  <Table.Td>
                    <Health lanes={channel.lanes} />
                  </Table.Td>
                  {COLUMNS.map((name) => (
                    <Table.Td key={name} ta="end" className="numbers">
                      {name === "delivered" && channel.delivered === 0 && !isTold(channel.type) ? (
                        <Untold />
                      ) : (
                        <Count
                          document={null}
                          value={channel[name]}
                          of={`${word("values", channel.type)}, ${t(`monitor.columns.${name}`)}`}
                          ask={{
                            ...(OF_MESSAGES.has(name) ? { behind: name } : { behind: "feedback", name }),
                            channel: channel.type,
                            since: name === "pending" ? null : since,
                          }}
                        />
                      )}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </div>
    </section>
  );
}

function Health({ lanes }: { lanes: Activity["lanes"] }) {
  const { t } = useTranslation();
  const troubled = lanes.filter((lane) => lane.trouble !== null);
  if (!lanes.length) return <Text c="dimmed">–</Text>;
  if (!troubled.length) return <Badge color="teal">{t("monitor.well")}</Badge>;
  return troubled.map((lane) => (
    <Tooltip key={lane.id} label={told(lane.trouble)} multiline maw={360}>
      <Badge color="red" tabIndex={0}>
        {t("monitor.rests", { id: lane.id, time: span(lane.resting_s) })}
      </Badge>
    </Tooltip>
  ));
}
