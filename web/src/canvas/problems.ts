/** Problems, by the step that they are about. */
import type { Problem } from "../api/types";
import { isStep, itemsOf, listOf, type Doc } from "../model";
import { parsePath } from "../path";

export interface Placed extends Problem {
  step: string | null;
  /** The place inside the step, or inside the document. */
  field: string;
}

export function placed(problems: readonly Problem[], doc: Doc): Placed[] {
  return problems.map((problem) => {
    const path = problem.path;
    const [head, index] = parsePath(path);
    const node = head === listOf(doc) && typeof index === "number" ? itemsOf(doc)[index] : undefined;
    if (!isStep(node)) return { ...problem, step: null, field: path };
    return { ...problem, step: node.id, field: path.replace(/^\w+\[\d+\]\.?/, "") };
  });
}

export function worst(problems: readonly Problem[]): "error" | "warning" | null {
  if (problems.some((problem) => problem.severity === "error")) return "error";
  return problems.length ? "warning" : null;
}
