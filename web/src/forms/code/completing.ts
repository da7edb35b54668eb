/** What is offered while an expression is typed. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Name } from "../surroundings";

/** Offer objects and functions, and behind an object's dot its properties. */
export function completing(
  objects: () => Record<string, Name[]>,
  functions: () => string[],
  columns: () => Readonly<Record<string, string>> = () => ({}),
) {
  return (context: CompletionContext): CompletionResult | null => {
    const member = context.matchBefore(/"?[\w-]+"?\.\w*/);
    if (member) return members(objects(), member.text, member.from);
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    const options: Completion[] = [
      ...Object.entries(columns()).map(([label, detail]) => ({ label, detail, type: "property", boost: 3 })),
      ...Object.keys(objects()).map((label) => ({
        label: quoted(label),
        apply: `${quoted(label)}.`,
        type: "variable",
        boost: 2,
      })),
      ...functions().map((label) => ({ label, apply: `${label}(`, type: "function" })),
    ];
    return { from: word?.from ?? context.pos, options, validFor: /^\w*$/ };
  };
}

function members(objects: Record<string, Name[]>, text: string, from: number): CompletionResult | null {
  const dot = text.lastIndexOf(".");
  const found = objects[text.slice(0, dot).replaceAll('"', "")];
  if (!found) return null;
  return {
    from: from + dot + 1,
    options: found.map(({ name, type }) => ({ label: name, detail: type })),
    validFor: /^\w*$/,
  };
}

const quoted = (id: string): string => (id.includes("-") ? `"${id}"` : id);
