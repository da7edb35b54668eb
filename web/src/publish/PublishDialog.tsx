/** Before a document runs: what is wrong, what changes, and for whom. */
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconRocket, IconUserCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../canvas/ProblemNote";
import { placed } from "../canvas/problems";
import { get } from "../api/client";
import { draftPath } from "../api/hooks";
import type { Draft } from "../api/types";
import { useDocument, useEditing, useEditor } from "../editor/EditorProvider";
import { useSaving } from "../editor/saving";
import { isDirty } from "../editor/store";
import { Failed, Loading } from "../shell/States";
import { tell } from "../shell/toasts";
import type { Then } from "./InsideVersion";
import { usePublish, usePublishRule } from "./publishing";
import { OthersWrong } from "./OthersWrong";
import { isRefused, useRehearsal } from "./rehearsing";
import { Rehearsal } from "./Rehearsal";

export function PublishDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const client = useQueryClient();
  const { id, kind, etag } = useEditing((editing) => editing.saved);
  const dirty = useEditing(isDirty);
  const problems = useEditing((editing) => editing.problems);
  const document = useDocument();
  const errors = placed(problems, document).filter((problem) => problem.severity === "error");
  const { saveNow, isSaving } = useSaving();
  const publishing = usePublish();
  const isAsking = usePublishRule() === "asking";
  const [comment, setComment] = useState("");
  const [then, setThen] = useState<Then>("finish");
  const unsaved = dirty ? document : null;
  const rehearsal = useRehearsal({ id, etag, unsaved }, errors.length === 0);
  const isBlocked = errors.length > 0 || isRefused(rehearsal.error);
  const go = async (): Promise<void> => {
    if (isDirty(editor.getState())) await saveNow();
    const wish = { ids: [id], inside: then };
    const rows = await publishing.mutateAsync(isAsking ? { ...wish, comment } : wish);
    const fresh = await get<Draft>(draftPath(kind, id));
    client.setQueryData(["draft", kind, id], fresh);
    editor.getState().publish(fresh.published);
    const isAsked = rows.some(({ verdict }) => verdict === "requested");
    tell(isAsked ? t("publish.requested") : t("publish.done"));
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t("publish.title", { id })} size="lg">
      <Stack>
        {errors.length > 0 && (
          <div>
            <Text fw={600} mb={6}>
              {t("publish.blocked", { count: errors.length })}
            </Text>
            {errors.slice(0, 6).map((problem) => (
              <ProblemNote
                key={`${problem.path}${problem.message}`}
                problem={problem}
                where={problem.step ?? undefined}
              />
            ))}
          </div>
        )}
        {!isBlocked && dirty && <Text c="dimmed">{t("publish.saveFirst")}</Text>}
        {errors.length === 0 && isRefused(rehearsal.error) && <OthersWrong unsaved={unsaved} />}
        {rehearsal.error && !isRefused(rehearsal.error) && <Failed error={rehearsal.error} />}
        {errors.length === 0 && rehearsal.isPending && <Loading height={120} />}
        {rehearsal.data && !isBlocked && <Rehearsal answer={rehearsal.data} then={then} onThen={setThen} />}
        {!isBlocked && isAsking && (
          <>
            <Alert color="blue" icon={<IconUserCheck size={18} />}>
              {t("publish.asking")}
            </Alert>
            <Textarea
              label={t("publish.comment")}
              description={t("publish.commentHint")}
              value={comment}
              onChange={(event) => setComment(event.currentTarget.value)}
              maxLength={2000}
              data-autofocus
            />
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("actions.cancel")}
          </Button>
          <Button
            leftSection={<IconRocket size={15} />}
            disabled={isBlocked}
            loading={isSaving || publishing.isPending}
            onClick={() => void go().catch(() => undefined)}
            data-autofocus={!isAsking || undefined}
          >
            {t(
              isAsking
                ? dirty
                  ? "publish.saveAndAsk"
                  : "publish.ask"
                : dirty
                  ? "publish.saveAndDo"
                  : "publish.do",
            )}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
