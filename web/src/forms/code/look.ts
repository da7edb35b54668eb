/** How code looks: the studio's colours, in both schemes. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const look = EditorView.theme({
  "&": { fontSize: "12.5px", backgroundColor: "transparent", color: "var(--mantine-color-text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": {
    fontFamily: "var(--mantine-font-family-monospace)",
    fontVariantLigatures: "none",
    padding: "6px 0",
    caretColor: "var(--mantine-color-text)",
  },
  ".cm-line": { padding: "0 9px" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--quiet)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    overflow: "hidden",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--mantine-primary-color-filled)",
    color: "#fff",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "0.65" },
  ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "rgb(53 162 170 / 25%) !important",
  },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
});

export const darkHighlight = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword], color: "light-dark(#7a3e9d, #c99be0)" },
    { tag: [tags.string, tags.special(tags.string)], color: "light-dark(#2b6b2f, #9ccf9f)" },
    { tag: [tags.number, tags.bool, tags.null], color: "light-dark(#a2471b, #e5a981)" },
    { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "light-dark(#0a5c65, #75c0c6)" },
    { tag: tags.comment, color: "light-dark(#667482, #8792a2)", fontStyle: "italic" },
  ]),
);
