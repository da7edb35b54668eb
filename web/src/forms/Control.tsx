/** Chooses the editor of a field: by what its schema says of it, else by its type. */
import type { ComponentType } from "react";
import { TransitionControl, TransitionsControl } from "../campaigns/TransitionControl";
import { plainWords } from "../canvas/problemWords";
import { isMap } from "../model";
import type { ControlProps } from "./control";
import { ClockControl, InstantControl, LocalControl } from "./editors/Instants";
import { CodeControl } from "./editors/CodeControl";
import { ConditionControl } from "./editors/ConditionControl";
import { DocumentControl, DocumentsControl } from "./editors/DocumentControl";
import { DurationControl, RateControl } from "./editors/DurationControl";
import { ExpressionControl } from "./editors/ExpressionControl";
import { JsonControl } from "./editors/JsonControl";
import { ListControl } from "./editors/ListControl";
import { MapControl } from "./editors/MapControl";
import { NodeControl } from "./editors/NodeControl";
import { ObjectControl } from "./editors/ObjectControl";
import {
  EnumControl,
  EnumsControl,
  NumberControl,
  SwitchControl,
  TagsControl,
  TextControl,
} from "./editors/Plain";
import { RecurrenceControl } from "./editors/RecurrenceControl";
import { ProviderControl, SettingsControl } from "./editors/ProviderControl";
import { SecretControl } from "./editors/SecretControl";
import { AttributeControl, TypeControl } from "./editors/TypeControl";
import { UnionControl } from "./editors/UnionControl";
import { ZoneControl } from "./editors/ZoneControl";
import { present } from "./schema";
import { useSurroundings } from "./surroundings";

type Editor = ComponentType<ControlProps>;

const EDITORS: Partial<Record<string, Editor>> = {
  document: DocumentControl,
  node: NodeControl,
  outlet: NodeControl,
  duration: DurationControl,
  instant: InstantControl,
  clock: ClockControl,
  local: LocalControl,
  timezone: ZoneControl,
  condition: ConditionControl,
  expression: ExpressionControl,
  rate: RateControl,
  recurrence: RecurrenceControl,
  html: CodeControl,
  mjml: CodeControl,
  liquid: CodeControl,
  sql: CodeControl,
  transition: TransitionControl,
  provider: ProviderControl,
  settings: SettingsControl,
  secret: SecretControl,
  data_type: TypeControl,
};

export function Control(props: Omit<ControlProps, "error">) {
  const { problems } = useSurroundings();
  const schema = present(props.schema, props.root);
  const Editor = editorOf({ ...props, schema });
  const mine = problems.find(
    (problem) => problem.field === props.path || (isLeaf(Editor) && isInside(problem.field, props.path)),
  );
  return <Editor {...props} schema={schema} error={mine ? plainWords(mine) : null} />;
}

const isInside = (field: string, path: string): boolean =>
  field.startsWith(`${path}.`) || field.startsWith(`${path}[`);
const NESTED = new Set<Editor>([ListControl, ObjectControl, UnionControl, MapControl, SettingsControl]);
const isLeaf = (editor: Editor): boolean => !NESTED.has(editor);

function editorOf({ schema, root, value }: Omit<ControlProps, "error">): Editor {
  const named = schema["x-editor"] === undefined ? undefined : EDITORS[schema["x-editor"]];
  if (named) return named;
  if (schema.oneOf?.some((form) => form["x-editor"] === "data_type")) return AttributeControl;
  if (schema.oneOf) return UnionControl;
  if (schema.enum) return EnumControl;
  if (schema.type === "boolean") return SwitchControl;
  if (schema.type === "integer" || schema.type === "number") return NumberControl;
  if (schema.type === "array") return listEditor(schema.items ? present(schema.items, root) : {});
  if (schema.properties) return ObjectControl;
  if (schema.patternProperties || isMap(schema.additionalProperties as never)) return MapControl;
  if (schema.type === "string" && (value === undefined || typeof value === "string")) return TextControl;
  return JsonControl;
}

function listEditor(item: ControlProps["schema"]): Editor {
  if (item["x-editor"] === "document") return DocumentsControl;
  if (item["x-editor"] === "transition") return TransitionsControl;
  if (item.enum) return EnumsControl;
  return item.type === "string" && item["x-editor"] === undefined ? TagsControl : ListControl;
}
