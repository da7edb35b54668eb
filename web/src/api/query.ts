/** How answers are kept and asked for again. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { tellError } from "../shell/toasts";
import { ApiError, Unreachable } from "./client";

/** Whether the server answers; the page goes on by itself when it is back. */
export const useConnection = create<{ isLost: boolean }>(() => ({ isLost: false }));

const lost = (isLost: boolean): void => {
  if (useConnection.getState().isLost !== isLost) useConnection.setState({ isLost });
};

const isLost = (error: unknown): boolean =>
  error instanceof Unreachable ||
  (error instanceof ApiError && [502, 503, 504].includes(error.status) && error.code.startsWith("HTTP"));

export const queries = new QueryClient({
  queryCache: new QueryCache({ onSuccess: () => lost(false) }),
  mutationCache: new MutationCache({
    onSuccess: () => lost(false),
    onError: (error, _input, _context, mutation) => {
      if (isLost(error)) lost(true);
      if (!mutation.meta?.quiet) tellError(error);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      networkMode: "always",
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4000),
      retry: (_count, error) => {
        if (isLost(error)) lost(true);
        return isLost(error);
      },
    },
    mutations: { networkMode: "always" },
  },
});
