/** Before a document runs: what is wrong, what changes, and for whom. */
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconRocket, IconUserCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../canvas/ProblemNote";
import { placed } from "../canvas/problems";
import { useDocument, useEditing, useEditor } from "../editor/EditorProvider";
import { useSaving } from "../editor/saving";
import { isDirty } from "../editor/store";
import { tell } from "../shell/toasts";
import { usePublish, usePublishRule } from "./publishing";
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
  const go = async (): Promise<void> => {
    if (isDirty(editor.getState())) await saveNow();
    const rows = await publishing.mutateAsync(isAsking ? { ids: [id], comment } : { ids: [id] });
    await client.invalidateQueries({ queryKey: ["draft", kind, id] });
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
        {errors.length === 0 && dirty && <Text c="dimmed">{t("publish.saveFirst")}</Text>}
        {errors.length === 0 && !dirty && <Rehearsal id={id} etag={etag} />}
        {errors.length === 0 && isAsking && (
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
            disabled={errors.length > 0}
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
