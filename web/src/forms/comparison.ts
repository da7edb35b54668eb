/** Simple comparisons, which people make with three fields; anything else is an expression that they write. */
export type Operator =
  | "="
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "not in"
  | "contains"
  | "not contains"
  | "starts_with"
  | "ends_with"
  | "list_contains"
  | "not list_contains"
  | "within"
  | "before"
  | "is null"
  | "is not null";

const KNOWN: Operator[] = ["is not null", "is null"];
const SAME: Operator[] = ["=", "<>"];
const ORDER: Operator[] = [">", ">=", "<", "<="];
const TEXT: Operator[] = [
  ...SAME,
  "in",
  "not in",
  "contains",
  "not contains",
  "starts_with",
  "ends_with",
  ...KNOWN,
];
const NUMBER: Operator[] = [...SAME, ...ORDER, "in", "not in", ...KNOWN];
const TIME: Operator[] = ["within", "before", ">=", "<", ...KNOWN];
const LIST: Operator[] = ["list_contains", "not list_contains", ...KNOWN];
const OF_TYPE: Partial<Record<string, Operator[]>> = {
  string: TEXT,
  integer: NUMBER,
  number: NUMBER,
  boolean: ["=", ...KNOWN],
  date: TIME,
  timestamp: TIME,
  json: KNOWN,
};

/** The comparisons that make sense for a type of attribute. */
export const operatorsOf = (type: string): Operator[] =>
  type.startsWith("[") ? LIST : (OF_TYPE[type] ?? TEXT);

export const SPANS = ["HOUR", "DAY", "WEEK", "MONTH", "YEAR"] as const;

export type Value = string | number | boolean;

export interface Comparison {
  /** Such as `profile.city`, or a column of a table: `city`. */
  subject: string;
  operator: Operator;
  /** Of `within` and `before` a number and a unit such as `DAY`. */
  values: Value[];
}

const VALUE = String.raw`'(?:[^']|'')*'|-?\d+(?:\.\d+)?|true|false`;
const SUBJECT = String.raw`((?:(?:profile|event|entry)\.)?[A-Za-z_]\w*)`;
const PLAIN = new RegExp(`^${SUBJECT}\\s*(=|<>|!=|<=|>=|<|>)\\s*(${VALUE})$`, "i");
const MEMBER = new RegExp(
  `^${SUBJECT}\\s+(not\\s+in|in)\\s*\\(\\s*((?:${VALUE})(?:\\s*,\\s*(?:${VALUE}))*)\\s*\\)$`,
  "i",
);
const NULL = new RegExp(`^${SUBJECT}\\s+is\\s+(not\\s+)?null$`, "i");
const CALL = new RegExp(
  `^(not\\s+)?(contains|starts_with|ends_with|list_contains)\\(\\s*${SUBJECT}\\s*,\\s*(${VALUE})\\s*\\)$`,
  "i",
);
const AGO = new RegExp(
  `^${SUBJECT}\\s*(>=|<)\\s*now\\(\\)\\s*-\\s*interval\\s+(\\d+)\\s+(${SPANS.join("|")})S?$`,
  "i",
);

/** Read a comparison; null: the expression is something else. */
export function readComparison(text: string): Comparison | null {
  const trimmed = text.trim();
  return (
    readNull(trimmed) ?? readMember(trimmed) ?? readCall(trimmed) ?? readAgo(trimmed) ?? readPlain(trimmed)
  );
}

function readNull(text: string): Comparison | null {
  const [, subject, not] = NULL.exec(text) ?? [];
  return subject ? { subject, operator: not ? "is not null" : "is null", values: [] } : null;
}

function readMember(text: string): Comparison | null {
  const [, subject, how, list] = MEMBER.exec(text) ?? [];
  if (!subject) return null;
  return { subject, operator: /^not/i.test(how ?? "") ? "not in" : "in", values: valuesOf(list ?? "") };
}

function readCall(text: string): Comparison | null {
  const [, not, call, subject, value] = CALL.exec(text) ?? [];
  if (!subject || !call) return null;
  const name = call.toLowerCase();
  if (not && !name.endsWith("contains")) return null;
  return { subject, operator: `${not ? "not " : ""}${name}` as Operator, values: valuesOf(value ?? "") };
}

function readAgo(text: string): Comparison | null {
  const [, subject, how, count, unit] = AGO.exec(text) ?? [];
  if (!subject || !unit) return null;
  return {
    subject,
    operator: how === "<" ? "before" : "within",
    values: [Number(count), unit.toUpperCase()],
  };
}

function readPlain(text: string): Comparison | null {
  const [, subject, how, value] = PLAIN.exec(text) ?? [];
  if (!subject) return null;
  return { subject, operator: how === "!=" ? "<>" : (how as Operator), values: valuesOf(value ?? "") };
}

function valuesOf(text: string): Value[] {
  return [...text.matchAll(new RegExp(VALUE, "gi"))].map(([value]) => {
    if (value.startsWith("'")) return value.slice(1, -1).replaceAll("''", "'");
    return /^(true|false)$/i.test(value) ? value.toLowerCase() === "true" : Number(value);
  });
}

/** What is not about anything yet is nothing. */
export function writeComparison({ subject, operator, values }: Comparison): string {
  const [value = "", unit = "DAY"] = values;
  if (!subject) return "";
  if (operator.startsWith("is")) return `${subject} ${operator}`;
  if (operator === "in" || operator === "not in") {
    return `${subject} ${operator} (${values.map(literal).join(", ")})`;
  }
  if (operator === "within" || operator === "before") {
    return `${subject} ${operator === "within" ? ">=" : "<"} now() - interval ${Number(value) || 0} ${String(unit)}`;
  }
  if (/[a-z]/.test(operator)) return `${operator}(${subject}, ${literal(value)})`;
  return `${subject} ${operator} ${literal(value)}`;
}

const literal = (value: Value): string =>
  typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);

/** The comparison that an attribute of a type begins with. */
export function starterComparison(subject: string, type: string): Comparison {
  const [operator = "="] = operatorsOf(type);
  return { subject, operator, values: starterValues(operator, type) };
}

/** What stands there until somebody says it. */
export function starterValues(operator: Operator, type: string): Value[] {
  if (operator.startsWith("is")) return [];
  if (operator === "within" || operator === "before") return [30, "DAY"];
  if (type === "boolean") return [true];
  return type === "integer" || type === "number" ? [0] : [""];
}

/** The same subject with another operator: values stay where they still say something. */
export function withOperator(comparison: Comparison, operator: Operator, type: string): Comparison {
  const shape = (one: Operator): string =>
    one.startsWith("is") ? "none" : one === "within" || one === "before" ? "span" : "values";
  const keeps = shape(comparison.operator) === shape(operator) && comparison.values.length > 0;
  return { ...comparison, operator, values: keeps ? comparison.values : starterValues(operator, type) };
}

/** Read what somebody typed as a value of an attribute's type. */
export function asValue(text: string, type: string): Value {
  if (type === "boolean") return text === "true";
  if (type !== "number" && type !== "integer") return text;
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}
