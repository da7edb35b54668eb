import type { NodeType } from "../src/api/types";
import type { Doc } from "../src/model";

const text = { type: "string" };
const outlet = { anyOf: [{ type: "string", "x-editor": "outlet" }, { type: "null" }] };

function type(name: string, properties: Record<string, object>, outlets: NodeType["outlets"]): NodeType {
  const schema = {
    type: "object",
    properties: { id: text, type: { const: name }, ...properties },
    required: ["id", "type"],
  };
  return {
    type: name,
    category: "flow",
    title: name,
    summary: "",
    guide: "",
    traits: {},
    schema,
    outlets,
    inlets: [],
  };
}

const path = {
  type: "object",
  properties: { name: text, next: outlet, when: { type: "string", "x-editor": "condition" } },
};

export const TYPES = new Map(
  [
    type("email", { template: { type: "string", "x-editor": "document" }, next: outlet }, [
      { field: "next" },
    ]),
    type("wait", { for: { type: "string", "x-editor": "duration" }, next: outlet }, [{ field: "next" }]),
    type("reaction", { to: { type: "string", "x-editor": "node" }, next: outlet, on_timeout: outlet }, [
      { field: "next" },
      { field: "on_timeout" },
    ]),
    type("condition", { paths: { type: "array", items: path }, otherwise: outlet }, [
      { field: "paths", each: true, target: "next", name: "name" },
      { field: "otherwise" },
    ]),
    type("end", {}, []),
  ].map((one) => [one.type, one]),
);

export const JOURNEY: Doc = {
  kind: "journey",
  id: "welcome",
  entry: { type: "event", event: "signed_up" },
  nodes: [
    { id: "first", type: "email", template: "hello", next: "opened" },
    {
      id: "opened",
      type: "reaction",
      to: "first",
      kind: "opened",
      timeout: "1d",
      next: "choice",
      on_timeout: "late",
    },
    { id: "late", type: "wait", for: "1d", next: "choice" },
    {
      id: "choice",
      type: "condition",
      paths: [
        { name: "vip", when: "first.x > 1 and name = 'first.x'", next: "thanks" },
        { when: { in: "old" } },
      ],
      otherwise: "bye",
    },
    { id: "thanks", type: "email", template: "thanks" },
    { id: "bye", type: "end" },
    { unfinished: true },
  ],
};
