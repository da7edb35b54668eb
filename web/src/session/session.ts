/** Who is signed in, and what he may do. */
import { useMutation, useQuery, useQueryClient, type Query } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { create } from "zustand";
import { ApiError, get, keepCsrf, patch, post, remove, whenSignedOut } from "../api/client";
import type { Session, Welcome } from "../api/types";
import { keepZone } from "../i18n/format";
import { speak } from "../i18n";

export type Permission = Session["permissions"][number];
export type Theme = User["theme"];

export type User = Session["user"];

/** Set while a session that was there has ended: the page stays, and asks to sign in again over it. */
export const useExpiry = create<{ hasEnded: boolean }>(() => ({ hasEnded: false }));

export function watchExpiry(): void {
  whenSignedOut(() => useExpiry.setState({ hasEnded: true }));
}

const WELCOME = "welcome";

export const useWelcome = () =>
  useQuery({ queryKey: [WELCOME], queryFn: () => get<Welcome>("/api/welcome"), staleTime: 60_000 });

const KEY = ["session"];
const isOther = (query: Query): boolean => query.queryKey[0] !== KEY[0];

/** The session; null: nobody is signed in. */
export const useSession = () =>
  useQuery({
    queryKey: KEY,
    queryFn: () => get<Session>("/api/session").then(take).catch(nobody),
    staleTime: Infinity,
  });

function nobody(error: unknown): null {
  if (error instanceof ApiError && error.status === 401) return null;
  throw error;
}

async function take(session: Session): Promise<Session> {
  keepCsrf(session.csrf);
  keepZone(session.user.time_zone);
  await speak(session.user.language);
  return session;
}

/** With whom the page below was made: who signs out is gone before all of that is. */
export const Visitor = createContext<Session | null>(null);

export function useSignedIn(): Session {
  const { data } = useSession();
  const made = useContext(Visitor);
  const visitor = data ?? made;
  if (!visitor) throw new Error("nobody is signed in");
  return visitor;
}

export function useMay(permission: Permission): boolean {
  return useSession().data?.permissions.includes(permission) ?? false;
}

/** Sign in or set up: `path` and what it wants. Whatever was refused in between is asked for again. */
export function useEntering<T>(path: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: T) => post<Session>(path, input).then(take),
    meta: { quiet: true },
    onSuccess: async (session) => {
      const before = client.getQueryData<Session | null>(KEY);
      client.setQueryData(KEY, session);
      useExpiry.setState({ hasEnded: false });
      if (before && before.user.id !== session.user.id) await client.resetQueries({ predicate: isOther });
      else await client.invalidateQueries({ predicate: isOther });
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => remove<undefined>("/api/session"),
    onSuccess: () => {
      // First of all the page is told: what is on it asks who is signed in, until it is gone.
      client.setQueryData(KEY, null);
      client.removeQueries({ predicate: (query) => isOther(query) && query.queryKey[0] !== WELCOME });
      client.getMutationCache().clear();
    },
  });
}

/** Change what the signed-in user prefers. */
export function usePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: Partial<Pick<User, "language" | "theme" | "time_zone" | "display_name">>) =>
      patch<Session>("/api/session", wish).then(take),
    onSuccess: (session) => client.setQueryData(KEY, session),
  });
}
