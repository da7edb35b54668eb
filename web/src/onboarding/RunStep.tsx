/** Publish, let somebody in, and watch how far he comes. */
import { Alert, Button, Group, Stack, Text, Timeline } from "@mantine/core";
import { IconCheck, IconConfetti, IconRocket, IconUserPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useDrafts, useStatus } from "../api/hooks";
import type { DocumentStatus } from "../api/types";
import { addressOf } from "../documents/sections";
import { number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { usePublish } from "../publish/publishing";
import { reportOf } from "../reports/addresses";
import { useMay } from "../session/session";
import { identify, send, useAct } from "./acting";
import { RECIPES, type Recipe } from "./recipes";

/** None of the recipes' journeys is there: others run, or one is still to be picked. */
function Elsewhere({ runs }: { runs: boolean }) {
  const { t } = useTranslation();
  if (!runs) return <Alert color="gray">{t("begin.noJourney")}</Alert>;
  return (
    <Alert color="teal" icon={<IconConfetti size={18} />} title={t("begin.runs")}>
      <Button component={Link} href="/monitor" variant="light">
        {t("begin.toMonitor")}
      </Button>
    </Alert>
  );
}

export function RunStep() {
  const { t } = useTranslation();
  const drafts = useDrafts().data ?? [];
  const documents = useStatus().data?.documents ?? [];
  const recipe = RECIPES.find((one) => drafts.some((draft) => draft.id === one.journey));
  const publishing = usePublish();
  const mayKeys = useMay("keys");
  const entering = useAct((of: Recipe) => letIn(of));
  if (!recipe) return <Elsewhere runs={documents.some(({ state }) => state === "live")} />;
  const running = documents.find((document) => document.id === recipe.journey);
  const isLive = running?.state === "live";
  return (
    <Stack>
      <Group gap="xs">
        <Button
          size="sm"
          leftSection={<IconRocket size={15} aria-hidden />}
          variant={isLive ? "default" : "filled"}
          disabled={isLive}
          loading={publishing.isPending}
          onClick={() => publishing.mutate({ ids: [recipe.journey] })}
        >
          {isLive ? t("begin.published") : t("begin.publish")}
        </Button>
        <Button
          size="sm"
          leftSection={<IconUserPlus size={15} aria-hidden />}
          variant={isLive && !running.entered ? "filled" : "default"}
          disabled={!isLive || !mayKeys}
          loading={entering.isPending}
          onClick={() => entering.mutate(recipe)}
        >
          {t("begin.letIn")}
        </Button>
      </Group>
      {running && <Way running={running} />}
      {running && running.entered > 0 && (
        <Alert color="teal" icon={<IconConfetti size={18} />} title={t("begin.runs")}>
          <Text size="sm" mb={8}>
            {t("begin.runsText")}
          </Text>
          <Group gap="xs">
            <Button component={Link} href={addressOf("journey", recipe.journey)} variant="light">
              {t("begin.toCanvas")}
            </Button>
            <Button component={Link} href={reportOf(recipe.journey)} variant="light">
              {t("begin.toReport")}
            </Button>
          </Group>
        </Alert>
      )}
    </Stack>
  );
}

async function letIn({ match }: Recipe): Promise<void> {
  const who = `visitor-${Date.now().toString(36)}`;
  await send([identify(who, "Kim"), { type: "track", userId: who, event: match }]);
}

function Way({ running }: { running: DocumentStatus }) {
  const { t } = useTranslation();
  const word = useWord();
  const reached = running.nodes.filter((node) => node.entered > 0).length;
  return (
    <Timeline active={reached - 1} bulletSize={22} lineWidth={2} aria-live="polite">
      {running.nodes.map((node) => (
        <Timeline.Item
          key={node.id}
          bullet={node.entered > 0 ? <IconCheck size={12} aria-hidden /> : null}
          title={`${word("nodes", node.type)} · ${node.id}`}
        >
          <Text size="sm" c="dimmed" className="numbers">
            {t("counts.enteredHere", { value: number(node.entered) })}
            {node.waiting > 0 && ` · ${t("counts.waitingHere", { value: number(node.waiting) })}`}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
