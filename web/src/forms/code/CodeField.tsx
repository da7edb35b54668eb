/** A code editor; loaded when one is needed. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { sql } from "@codemirror/lang-sql";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  defaultHighlightStyle,
  foldGutter,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder as hint } from "@codemirror/view";
import { useEffect, useRef } from "react";
import type { Name } from "../surroundings";
import { completing } from "./completing";
import { darkHighlight, look } from "./look";

export type CodeLanguage = "line" | "expression" | "sql" | "yaml" | "markup";

interface Props {
  language: CodeLanguage;
  value: string;
  label: string;
  onChange: (value: string) => void;
  placeholder?: string;
  objects?: Record<string, Name[]>;
  functions?: string[];
  /** Names that stand alone: the columns of rows, with their types. */
  columns?: Readonly<Record<string, string>>;
  diagnostics?: readonly Mark[];
  isReadOnly?: boolean;
}

/** Something to be underlined, by its line (from 1) and column (from 1). */
export interface Mark {
  line: number;
  column: number;
  message: string;
  severity: "error" | "warning";
}

export default function CodeField(props: Props) {
  const { value, language, label, placeholder, diagnostics, isReadOnly } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
  });
  useEffect(() => {
    if (!place.current) return undefined;
    const listen = EditorView.updateListener.of((update) => {
      const text = update.state.doc.toString();
      if (update.docChanged && text !== newest.current.value) newest.current.onChange(text);
    });
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: newest.current.value,
        extensions: [
          ...extensionsOf(language, () => newest.current),
          listen,
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorState.readOnly.of(isReadOnly ?? false),
          hint(placeholder ?? ""),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [language, label, placeholder, isReadOnly]);
  useEffect(() => {
    const { current } = view;
    if (!current || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const { current } = view;
    if (current)
      current.dispatch(setDiagnostics(current.state, diagnosticsOf(current.state, diagnostics ?? [])));
  }, [diagnostics, value]);
  return <div ref={place} />;
}

function extensionsOf(language: CodeLanguage, props: () => Props): Extension[] {
  const common = [
    history(),
    bracketMatching(),
    closeBrackets(),
    look,
    EditorView.lineWrapping,
    syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
    darkHighlight,
    keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
  ];
  if (language === "expression") {
    const complete = completing(
      () => props().objects ?? {},
      () => props().functions ?? [],
      () => props().columns ?? {},
    );
    return [...common, sql(), autocompletion({ override: [complete], icons: false })];
  }
  if (language === "line") return common;
  if (language === "sql") return [...common, sql(), lineNumbers()];
  if (language === "markup") return [...common, lineNumbers()];
  return [
    ...common,
    yaml(),
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    indentOnInput(),
    keymap.of([indentWithTab]),
  ];
}

function diagnosticsOf(state: EditorState, marks: readonly Mark[]): Diagnostic[] {
  return marks
    .filter((mark) => mark.line >= 1 && mark.line <= state.doc.lines)
    .map(({ line: number, column, message, severity }) => {
      const line = state.doc.line(number);
      const from = Math.min(line.from + Math.max(column - 1, 0), line.to);
      return { from, to: line.to, severity, message };
    });
}
