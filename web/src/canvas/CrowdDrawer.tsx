/** Who is at a step, or took a way out: page after page. */
import { Button, Drawer, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { documentPath } from "../api/hooks";
import type { InsidePage } from "../api/types";
import { useEditing } from "../editor/EditorProvider";
import { instant } from "../i18n/format";
import { ProfileLink } from "../profiles/ProfileLink";
import { useMay } from "../session/session";
import { Empty, Failed, Loading } from "../shell/States";
import { useView, useViewStore, type Crowd } from "./view";

export function CrowdDrawer() {
  const view = useViewStore();
  const crowd = useView((now) => now.crowd);
  return (
    <Drawer
      opened={crowd !== null}
      onClose={() => view.setState({ crowd: null })}
      position="right"
      title={crowd?.title}
      size={440}
    >
      {crowd && <People crowd={crowd} />}
    </Drawer>
  );
}

function People({ crowd: { node, edge } }: { crowd: Crowd }) {
  const { t } = useTranslation();
  const id = useEditing((editing) => editing.saved.id);
  const maySee = useMay("profiles");
  const people = useInfiniteQuery({
    queryKey: ["inside", id, node, edge],
    enabled: maySee,
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => {
      const wish = new URLSearchParams({ node, limit: "50" });
      if (edge !== null) wish.set("edge", edge);
      if (pageParam !== null) wish.set("after", String(pageParam));
      return get<InsidePage>(`${documentPath(id)}/inside?${wish.toString()}`);
    },
    getNextPageParam: (page) => page.next,
  });
  if (!maySee) return <Text c="dimmed">{t("crowd.mayNot")}</Text>;
  if (people.error) return <Failed error={people.error} />;
  if (people.isPending) return <Loading height={160} />;
  const rows = people.data.pages.flatMap((page) => page.rows);
  if (!rows.length) return <Empty icon={IconUsers} title={t("crowd.empty")} />;
  return (
    <>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("crowd.profile")}</Table.Th>
            <Table.Th>{edge === null ? t("crowd.since") : t("crowd.at")}</Table.Th>
            {edge === null && <Table.Th>{t("crowd.until")}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              <Table.Td className="code" style={{ overflowWrap: "anywhere" }}>
                {row.profile === null ? "–" : <ProfileLink id={row.profile} />}
                {row.key !== null && ` · ${row.key}`}
              </Table.Td>
              <Table.Td className="numbers">{instant(row.at)}</Table.Td>
              {edge === null && <Table.Td className="numbers">{instant(row.until)}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {people.hasNextPage && (
        <Button
          variant="default"
          mt="sm"
          fullWidth
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {t("actions.more")}
        </Button>
      )}
    </>
  );
}
