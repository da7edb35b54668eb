/** Undo and redo. Edits that follow closely in one place are one step back. */
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  place: string | null;
  at: number;
}

export const LONGEST = 200;
export const TOGETHER_MS = 1000;

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [], place: null, at: 0 });

/** Take an edit; `place` names where it was, such as a field. The same place again within a second joins it. */
export function take<T>(history: History<T>, present: T, place: string | null, at: number): History<T> {
  if (present === history.present) return history;
  const joins = place !== null && place === history.place && at - history.at < TOGETHER_MS;
  const past = joins ? history.past : [...history.past, history.present].slice(-LONGEST);
  return { past, present, future: [], place, at };
}

export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  const { past, present, future } = history;
  return { past: past.slice(0, -1), present: previous, future: [present, ...future], place: null, at: 0 };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, place: null, at: 0 };
}
