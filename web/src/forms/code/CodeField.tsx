/** A code editor; loaded when one is needed. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
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
import { place as keepPlace, remembering } from "./places";
import { completing } from "./completing";
import { darkHighlight, look } from "./look";
import { told } from "../../i18n/told";

export type CodeLanguage = "line" | "expression" | "sql" | "yaml" | "markup" | "json";

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
  /** The field's path, by which it can be shown and written into from elsewhere. */
  place?: string;
}

/** Something to be underlined: its characters, or its line (from 1) and column (from 1). */
export interface Mark {
  span?: [number, number] | null;
  line: number;
  column: number;
  message: string;
  severity: "error" | "warning";
}

export default function CodeField(props: Props) {
  const { value, language, label, placeholder, diagnostics, isReadOnly, place: name } = props;
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
          remembering(name),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorState.readOnly.of(isReadOnly ?? false),
          hint(placeholder ?? ""),
        ],
      }),
    });
    view.current = made;
    const forget = keepPlace(name, made);
    return () => {
      forget();
      made.destroy();
    };
  }, [language, label, placeholder, isReadOnly, name]);
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
  if (language === "markup") return [...common, lineNumbers(), lintGutter()];
  if (language === "json") return [...common, json(), lineNumbers(), lintGutter()];
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

function within([start, end]: [number, number], length: number): { from: number; to: number } {
  const from = Math.min(start, length);
  return { from, to: Math.max(from, Math.min(end, length)) };
}

function diagnosticsOf(state: EditorState, marks: readonly Mark[]): Diagnostic[] {
  return marks
    .filter(({ line, span }) => span || (line >= 1 && line <= state.doc.lines))
    .map(({ line: number, column, message, severity, span }) => {
      if (span) return { ...within(span, state.doc.length), severity, message: told(message) };
      const line = state.doc.line(number);
      const from = Math.min(line.from + Math.max(column - 1, 0), line.to);
      return { from, to: line.to, severity, message: told(message) };
    });
}
