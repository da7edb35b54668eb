/** Simple comparisons, which people make with three fields; anything else is an expression that they write. */
export type Operator = "=" | "<>" | "<" | "<=" | ">" | ">=" | "in" | "not in" | "is null" | "is not null";
export const OPERATORS: Operator[] = [
  "=",
  "<>",
  ">",
  ">=",
  "<",
  "<=",
  "in",
  "not in",
  "is null",
  "is not null",
];

export interface Comparison {
  /** Such as `profile.city`, or a column of a table: `city`. */
  subject: string;
  operator: Operator;
  values: (string | number | boolean)[];
}

const VALUE = String.raw`'(?:[^']|'')*'|-?\d+(?:\.\d+)?|true|false`;
const SUBJECT = String.raw`((?:(?:profile|event|entry)\.)?[A-Za-z_]\w*)`;
const PLAIN = new RegExp(`^${SUBJECT}\\s*(=|<>|!=|<=|>=|<|>)\\s*(${VALUE})$`, "i");
const LIST = new RegExp(
  `^${SUBJECT}\\s+(not\\s+in|in)\\s*\\(\\s*((?:${VALUE})(?:\\s*,\\s*(?:${VALUE}))*)\\s*\\)$`,
  "i",
);
const NULL = new RegExp(`^${SUBJECT}\\s+is\\s+(not\\s+)?null$`, "i");

/** Read a comparison; null: the expression is something else. */
export function readComparison(text: string): Comparison | null {
  const trimmed = text.trim();
  const empty = NULL.exec(trimmed);
  if (empty) return { subject: empty[1] ?? "", operator: empty[2] ? "is not null" : "is null", values: [] };
  const list = LIST.exec(trimmed);
  if (list)
    return {
      subject: list[1] ?? "",
      operator: /^not/i.test(list[2] ?? "") ? "not in" : "in",
      values: valuesOf(list[3] ?? ""),
    };
  const plain = PLAIN.exec(trimmed);
  if (!plain) return null;
  const operator = plain[2] === "!=" ? "<>" : (plain[2] as Operator);
  return { subject: plain[1] ?? "", operator, values: valuesOf(plain[3] ?? "") };
}

function valuesOf(text: string): (string | number | boolean)[] {
  return [...text.matchAll(new RegExp(VALUE, "gi"))].map(([value]) => {
    if (value.startsWith("'")) return value.slice(1, -1).replaceAll("''", "'");
    return /^(true|false)$/i.test(value) ? value.toLowerCase() === "true" : Number(value);
  });
}

export function writeComparison({ subject, operator, values }: Comparison): string {
  if (operator.startsWith("is")) return `${subject} ${operator}`;
  if (operator.endsWith("in")) return `${subject} ${operator} (${values.map(literal).join(", ")})`;
  return `${subject} ${operator} ${literal(values[0] ?? "")}`;
}

const literal = (value: string | number | boolean): string =>
  typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);

/** Read what somebody typed as a value of an attribute's type. */
export function asValue(text: string, type: string): string | number | boolean {
  if (type === "boolean") return text === "true";
  if (type !== "number" && type !== "integer") return text;
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}
