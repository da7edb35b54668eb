/** Problems as one types: the same messages as `sojourn validate`. */
import { useEffect } from "react";
import { post } from "../api/client";
import type { Problem } from "../api/types";
import { documentOf, type Editor } from "./store";

const PAUSE_MS = 350;

/** Ask for the problems of the open document whenever it has changed and one pauses. */
export function useChecks(editor: Editor): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let round = 0;
    const ask = async (): Promise<void> => {
      round += 1;
      const mine = round;
      const document = documentOf(editor.getState());
      const answer = await post<{ problems: Problem[] }>("/api/drafts/check", {
        documents: [document],
      }).catch(() => null);
      if (answer && mine === round)
        editor.getState().check(answer.problems.filter((one) => isAbout(one, editor)));
    };
    const stop = editor.subscribe((now, before) => {
      if (documentOf(now) === documentOf(before)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), PAUSE_MS);
    });
    return () => {
      clearTimeout(timer);
      round += 1;
      stop();
    };
  }, [editor]);
}

function isAbout({ document }: Problem, editor: Editor): boolean {
  const { kind, id } = editor.getState().saved;
  return !document || (document.kind === kind && document.id === id);
}
