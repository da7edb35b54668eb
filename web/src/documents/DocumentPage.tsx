/** The page of one document: the editor of its kind, or the form that fits any. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import { useCatalog, useDraft } from "../api/hooks";
import type { Catalog, Draft } from "../api/types";
import { EditorProvider } from "../editor/EditorProvider";
import { Failed, Loading } from "../shell/States";
import { sectionOf } from "./sections";

interface EditorProps {
  draft: Draft;
  catalog: Catalog;
}
type Editor = LazyExoticComponent<ComponentType<EditorProps>>;

const FORM: Editor = lazy(() => import("./FormEditor"));
const EDITORS: Partial<Record<string, Editor>> = {
  journey: lazy(() => import("../canvas/JourneyEditor")),
  template: lazy(() => import("../content/TemplateEditor")),
  block: lazy(() => import("../content/TemplateEditor")),
  campaign: lazy(() => import("../campaigns/CampaignEditor")),
  triggered: lazy(() => import("../triggered/TriggeredEditor")),
};

export function DocumentPage({ kind, id }: { kind: string; id: string }) {
  const draft = useDraft(kind, id);
  const catalog = useCatalog();
  const error = draft.error ?? catalog.error;
  if (!draft.data || !catalog.data)
    return error ? (
      <Failed error={error} retry={() => void draft.refetch()} back={`/${sectionOf(kind)?.id ?? ""}`} />
    ) : (
      <Loading height="60vh" />
    );
  const Editor = EDITORS[kind] ?? FORM;
  return (
    <EditorProvider key={draft.data.etag === "" ? id : "open"} draft={draft.data}>
      <Editor draft={draft.data} catalog={catalog.data} />
    </EditorProvider>
  );
}
