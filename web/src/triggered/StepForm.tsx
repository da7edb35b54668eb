/** The form of one of the steps. */
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "../api/types";
import { useEditor } from "../editor/EditorProvider";
import { Form } from "../forms/Form";
import type { Doc, Json } from "../model";
import { Alternatives } from "./Alternatives";
import { alternativesOf } from "./choices";
import { Happenings } from "./Happenings";
import { MessageStep } from "./MessageStep";
import type { FormStep } from "./steps";

interface Props {
  step: FormStep;
  root: Schema;
  document: Doc;
}

export function StepForm({ step, root, document }: Props) {
  const { t } = useTranslation();
  const editor = useEditor();
  const put = (values: Record<string, Json | undefined>, place: string): void =>
    editor.getState().edit((doc) => withFields(doc, values), place);
  const fields = (...names: string[]) => (
    <Form
      schema={root}
      root={root}
      value={document}
      primary={names}
      hidden={new Set(Object.keys(root.properties ?? {}).filter((name) => !names.includes(name)))}
      onChange={(next, path) => editor.getState().edit(() => next, path)}
    />
  );
  const choice = (name: "delay" | "during" | "window" | "reeligible") => (
    <Alternatives
      label={t(`triggered.ask.${name}`)}
      options={alternativesOf(root, name)}
      value={document[name]}
      root={root}
      path={name}
      onChange={(value) => put({ [name]: value }, name)}
    />
  );
  switch (step.id) {
    case "trigger":
      return (
        <Stack gap="lg">
          <Happenings
            field="trigger"
            root={root}
            value={document.trigger}
            onChange={(value) => put({ trigger: value }, "trigger")}
          />
          {fields("audience")}
        </Stack>
      );
    case "delay":
      return (
        <Stack gap="lg">
          {choice("delay")}
          {document.delay !== undefined && fields("recheck_audience")}
          {fields("timezone")}
        </Stack>
      );
    case "exceptions":
      return (
        <Happenings
          field="unless"
          root={root}
          value={document.unless}
          onChange={(value) => put({ unless: value }, "unless")}
        />
      );
    case "duration":
      return choice("during");
    case "window":
      return choice("window");
    case "again":
      return (
        <Stack gap="lg">
          {choice("reeligible")}
          {fields("priority")}
        </Stack>
      );
    case "message":
      return <MessageStep root={root} document={document} put={put} />;
    case "goals":
      return fields("conversions");
    case "name":
      return fields("title", "description", "labels");
  }
}

function withFields(doc: Doc, values: Record<string, Json | undefined>): Doc {
  const kept = Object.entries({ ...doc, ...values }).filter(
    (entry): entry is [string, Json] => entry[1] !== undefined,
  );
  return Object.fromEntries(kept);
}
