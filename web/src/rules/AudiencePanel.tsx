/** Beside the form of an audience: who is in it as the form stands. */
import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useDocument, useEditing } from "../editor/EditorProvider";
import { textOf, type Doc } from "../model";
import { useMay } from "../session/session";
import side from "../setup/setup.module.css";
import { CountPanel } from "./CountPanel";
import type { Question } from "./counting";
import { SizeHistory } from "./SizeHistory";
import { isWhole } from "./tree";

export default function AudiencePanel() {
  const { t } = useTranslation();
  const document = useDocument();
  const id = textOf(document.id);
  const isPublished = useEditing((editing) => editing.saved.published !== null);
  const maySee = useMay("profiles");
  return (
    <div className={side.side}>
      <CountPanel question={questionOf(document)} />
      {isPublished && <SizeHistory audience={id} />}
      {maySee && isPublished && (
        <Button
          component={Link}
          href={`/profiles?audience=${encodeURIComponent(id)}`}
          variant="default"
          leftSection={<IconUsers size={14} />}
          style={{ alignSelf: "flex-start" }}
        >
          {t("rules.members")}
        </Button>
      )}
    </div>
  );
}

function questionOf(document: Doc): Question | null {
  if (document.where !== undefined) return isWhole(document.where) ? { condition: document.where } : null;
  const isSaid = textOf(document.sql) !== "" || textOf(document.members) !== "";
  return isSaid ? { audience: textOf(document.id), documents: [document] } : null;
}
