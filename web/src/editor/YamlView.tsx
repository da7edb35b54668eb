/** The document as YAML: what the file will say. It can be written as well. */
import { Alert } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import CodeField, { type Mark } from "../forms/code/CodeField";
import { useDocument, useEditing, useEditor } from "./EditorProvider";
import { readYaml, writeYaml } from "./yamlText";
import styles from "./YamlView.module.css";

export default function YamlView({ isLocked }: { isLocked: boolean }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const document = useDocument();
  const saved = useEditing((editing) => editing.saved.yaml);
  const typed = useEditing((editing) => editing.typed);
  const text = useMemo(() => {
    if (typed && (typed.error !== null || typed.document === document)) return typed.text;
    return writeYaml(typed?.text ?? saved, document);
  }, [typed, saved, document]);
  const marks = useMemo(
    (): Mark[] =>
      typed?.error ? [{ line: lineOf(typed.error), column: 1, message: typed.error, severity: "error" }] : [],
    [typed],
  );
  const type = (next: string): void => {
    const { document: said, error } = readYaml(next);
    editor.getState().type(next, said, said ? null : (error ?? t("yaml.noMap")));
  };
  return (
    <div className={styles.view}>
      {typed?.error && (
        <Alert color="red" m="xs" p="xs" title={t("yaml.unreadable")}>
          {t("yaml.unreadableText")}
        </Alert>
      )}
      <div className={styles.code}>
        <CodeField
          language="yaml"
          value={text}
          label={t("yaml.name")}
          onChange={type}
          diagnostics={marks}
          isReadOnly={isLocked}
        />
      </div>
    </div>
  );
}

const lineOf = (message: string): number => Number(/at line (\d+)/.exec(message)?.[1] ?? 1);
