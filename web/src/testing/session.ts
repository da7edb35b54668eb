/** The test session of the open document. It lives on the server; it is begun anew when the document has changed. */
import { useMutation } from "@tanstack/react-query";
import { create } from "zustand";
import { ApiError, post, remove } from "../api/client";
import type { Doc } from "../model";
import { DARK, useTrail } from "./trail";
import { lightUp } from "./lighting";
import type { Types } from "../canvas/graph";
import type { TestSession } from "../api/types";

export interface Wish {
  profiles: { id: string; copy: boolean; attributes: Record<string, unknown> }[];
  start: string | null;
}

interface Testing {
  session: TestSession | null;
  /** The document that the session runs. */
  document: Doc | null;
  profile: string | null;
}

export const useTesting = create<Testing>(() => ({ session: null, document: null, profile: null }));

export function endTesting(): void {
  const { session } = useTesting.getState();
  if (session) void remove(pathOf(session)).catch(() => undefined);
  useTesting.setState({ session: null, document: null, profile: null });
  useTrail.setState(DARK);
}

export const pathOf = ({ id }: TestSession): string => `/api/test-sessions/${encodeURIComponent(id)}`;

export function useTestActs(types: Types) {
  const show = (session: TestSession): void => {
    const { profile, document } = useTesting.getState();
    const chosen = session.profiles.find((one) => one.id === profile) ?? session.profiles[0];
    useTesting.setState({ session, profile: chosen?.id ?? null });
    useTrail.setState(chosen && document ? lightUp(chosen, document, types) : DARK);
  };
  const begin = useMutation({
    mutationFn: async ({ document, wish }: { document: Doc; wish: Wish }) => {
      endTesting();
      useTesting.setState({ document });
      return post<TestSession>("/api/test-sessions", {
        base: "folder",
        overrides: [document],
        ids: [document.id],
        profiles: wish.profiles,
        ...(wish.start ? { start: wish.start } : {}),
      });
    },
    onSuccess: show,
  });
  const fire = useMutation({
    mutationFn: (items: unknown[]) => post<TestSession>(`${here()}/items`, { items }),
    onSuccess: show,
    onError: forget,
  });
  const jump = useMutation({
    mutationFn: (where: object) => post<TestSession>(`${here()}/clock`, where),
    onSuccess: show,
    onError: forget,
  });
  const choose = (profile: string): void => {
    useTesting.setState({ profile });
    const { session } = useTesting.getState();
    if (session) show(session);
  };
  return { begin, fire, jump, choose };
}

function here(): string {
  const { session } = useTesting.getState();
  if (!session) throw new Error("no test session");
  return pathOf(session);
}

/** A session that the server does not know any more is over here as well. */
function forget(error: unknown): void {
  if (error instanceof ApiError && error.status === 404) {
    useTesting.setState({ session: null });
    useTrail.setState(DARK);
  }
}
