/**
 * What the server says, in the user's language. The server speaks English; a catalogue has the forms of its sentences,
 * where `{}` is what differs, and their translations, where `{0}` is the first of these. What it does not have stays.
 */
interface Form {
  pattern: RegExp;
  text: string;
}

const KNOWN = 500;
let whole: Readonly<Record<string, string>> = {};
let forms: Form[] = [];
const found = new Map<string, string>();

/** Speak by this catalogue from now on; without one all stays English. */
export function keepTold(catalogue: Readonly<Record<string, string>>): void {
  found.clear();
  whole = catalogue;
  // The form that says most comes first: of two that fit it is the one that is meant.
  forms = Object.entries(catalogue)
    .filter(([english]) => english.includes("{}"))
    .sort(([a], [b]) => literal(b) - literal(a))
    .map(([english, text]) => ({ pattern: patternOf(english), text }));
}

const literal = (form: string): number => form.replaceAll("{}", "").length;

function patternOf(form: string): RegExp {
  const parts = form.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.*?)")}$`, "s");
}

export function told(text: string): string;
export function told(text: string | null | undefined): string | null;
export function told(text: string | null | undefined): string | null {
  if (text == null) return null;
  if (!forms.length || !text) return text;
  const kept = found.get(text);
  if (kept !== undefined) return kept;
  if (found.size > KNOWN) found.clear();
  const said = translated(text, 0);
  found.set(text, said);
  return said;
}

function translated(text: string, depth: number): string {
  const exact = whole[text];
  if (exact !== undefined) return exact;
  for (const form of forms) {
    const match = form.pattern.exec(text);
    if (!match) continue;
    const parts = match.slice(1).map((part) => (depth < 2 && part ? translated(part, depth + 1) : part));
    return form.text.replace(/\{(\d)\}/g, (_, index: string) => parts[Number(index)] ?? "");
  }
  return text;
}
