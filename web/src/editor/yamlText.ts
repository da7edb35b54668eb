/** YAML of a document: comments and order of a text stay where a document is written into it. */
import {
  isCollection,
  isMap as isYamlMap,
  isScalar,
  isSeq,
  parseDocument,
  YAMLMap,
  type Document,
  type Node,
} from "yaml";
import { isMap, type Doc, type Json, type JsonMap } from "../model";
import { equal } from "./equal";

export interface Read {
  document: Doc | null;
  error: string | null;
}

export function readYaml(text: string): Read {
  const parsed = parseDocument(text, { version: "1.2" });
  const [problem] = parsed.errors;
  if (problem) return { document: null, error: problem.message };
  const value = parsed.toJS() as Json;
  return isMap(value) ? { document: value, error: null } : { document: null, error: null };
}

/** Write a document into the text of an earlier one: only what differs is written anew. */
export function writeYaml(text: string, document: Doc): string {
  const parsed = parseDocument(text, { version: "1.2" });
  if (parsed.errors.length || !isYamlMap(parsed.contents)) return new Writer(parsed).fresh(document);
  if (equal(parsed.toJS() as Json, document)) return text;
  new Writer(parsed).intoMap(parsed.contents, document);
  return parsed.toString({ lineWidth: 0, flowCollectionPadding: false });
}

class Writer {
  private readonly parsed: Document.Parsed;

  constructor(parsed: Document.Parsed) {
    this.parsed = parsed;
  }

  fresh(document: Doc): string {
    this.parsed.contents = this.parsed.createNode(document) as unknown as Document.Parsed["contents"];
    return this.parsed.toString({ lineWidth: 0 });
  }

  intoMap(map: YAMLMap, value: JsonMap): void {
    for (const pair of [...map.items]) {
      const name = String(isScalar(pair.key) ? pair.key.value : pair.key);
      if (!(name in value)) map.delete(pair.key);
    }
    const names = Object.keys(value);
    names.forEach((name, place) => {
      const old = map.get(name, true) as Node | undefined;
      if (old !== undefined) map.set(name, this.node(old, value[name]));
      else
        map.items.splice(
          this.placeOf(map, names.slice(0, place)),
          0,
          this.parsed.createPair(name, value[name]),
        );
    });
  }

  /** Behind the nearest field that stands before it in the document. */
  private placeOf(map: YAMLMap, before: string[]): number {
    const present = map.items.map((pair) => String(isScalar(pair.key) ? pair.key.value : pair.key));
    const last = before.map((name) => present.indexOf(name)).filter((index) => index >= 0);
    return (last.at(-1) ?? present.length - 1) + 1;
  }

  private node(old: Node, value: Json | undefined): Node {
    if (equal(old.toJS(this.parsed) as Json, value)) return old;
    if (isYamlMap(old) && isMap(value)) {
      this.intoMap(old, value);
      return old;
    }
    if (isSeq(old) && Array.isArray(value)) {
      old.items = value.map((item, index) => this.item(old.items as Node[], item, index));
      return old;
    }
    return this.instead(old, value);
  }

  private item(items: readonly Node[], value: Json, index: number): Node {
    const id = isMap(value) ? value.id : undefined;
    const same =
      id === undefined ? items[index] : items.find((item) => isYamlMap(item) && item.get("id") === id);
    return same ? this.node(same, value) : this.parsed.createNode(value, { flow: items.some(isFlow) });
  }

  private instead(old: Node, value: Json | undefined): Node {
    const made = this.parsed.createNode(value) as Node;
    if (old.comment) made.comment = old.comment;
    if (old.commentBefore) made.commentBefore = old.commentBefore;
    if (isCollection(made) && isFlow(old)) made.flow = true;
    return made;
  }
}

const isFlow = (node: Node): boolean => isCollection(node) && node.flow === true;
