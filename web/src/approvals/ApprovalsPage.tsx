/** Publications that wait for somebody's word, and those that had it. */
import { Button, SegmentedControl, Stack, Title } from "@mantine/core";
import { IconChecklist } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Failed, Loading } from "../shell/States";
import { useApprovals } from "./approvals";
import styles from "./approvals.module.css";
import { Request } from "./Request";

const STATES = ["waiting", "published", "refused", "withdrawn", "all"] as const;

export default function ApprovalsPage() {
  const { t } = useTranslation();
  const [state, setState] = useState<(typeof STATES)[number]>("waiting");
  const found = useApprovals(state);
  const rows = found.data?.pages.flatMap((page) => page.approvals) ?? [];
  return (
    <div className={styles.page}>
      <Title order={1} fz={22}>
        {t("approvals.title")}
      </Title>
      <p className={styles.about}>{t("approvals.about")}</p>
      <div className={styles.filter}>
        <SegmentedControl
          aria-label={t("list.filter")}
          data={STATES.map((value) => ({ value, label: t(`approvals.states.${value}`) }))}
          value={state}
          onChange={setState}
        />
      </div>
      {found.error && !found.data && <Failed error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && rows.length === 0 && (
        <Empty icon={IconChecklist} title={t("approvals.empty")} text={t("approvals.emptyText")} />
      )}
      <Stack>
        {rows.map((approval) => (
          <Request key={approval.id} approval={approval} />
        ))}
        {found.hasNextPage && (
          <Button
            variant="default"
            style={{ alignSelf: "center" }}
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("actions.more")}
          </Button>
        )}
      </Stack>
    </div>
  );
}
