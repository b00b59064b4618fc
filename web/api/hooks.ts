import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiProblem, command, newKey, send, type Query } from "./client.ts";

/** One cache for the page. Refusals are answers, not hiccups: only lost connections and 503 are asked again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (count, error) => error instanceof ApiProblem && error.retryable && count < 2, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
});

/** Reads a resource; `path` without /v1, null while it is not known yet. */
export function useGet<T>(path: string | null, query: Query = {}, options: { everyMs?: number; keep?: boolean } = {}): UseQueryResult<T, ApiProblem> {
  const read = {
    queryKey: [path, query],
    queryFn: async ({ signal }: { signal: AbortSignal }) => (await send<T>(path ?? "", query, { method: "GET", signal })).body,
    enabled: path !== null,
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
  };
  // The placeholder's type is lost on a generic answer; what is kept is the same kind of page.
  return useQuery<T, ApiProblem>(options.keep === true ? { ...read, placeholderData: keepPreviousData as never } : read);
}

/** Reads a resource with its ETag, for screens that change it. */
export function useGetVersioned<T>(path: string | null): UseQueryResult<{ body: T; etag: string | null }, ApiProblem> {
  return useQuery<{ body: T; etag: string | null }, ApiProblem>({ queryKey: [path, "versioned"], queryFn: async ({ signal }) => send<T>(path ?? "", {}, { method: "GET", signal }), enabled: path !== null });
}

export interface CommandOptions<R> {
  readonly method?: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly onDone?: (result: R) => void;
  /** Leave what was read as it is; by default everything on screen is read again. */
  readonly quiet?: boolean;
}

export interface Command<B, R> {
  run(body: B, more?: { ifMatch?: string; reason?: string; path?: string }): Promise<R | undefined>;
  readonly pending: boolean;
  readonly problem: ApiProblem | null;
  readonly result: R | undefined;
  reset(): void;
}

/**
 * A command as a hook. The key belongs to what is sent: the same body to the same path keeps its key until it has succeeded, a changed
 * one gets a new key.
 */
export function useCommand<B, R = unknown>(path: string, options: CommandOptions<R> = {}): Command<B, R> {
  const client = useQueryClient();
  const held = useRef<{ what: string; key: string } | null>(null);
  const mutation = useMutation<R, ApiProblem, { body: B; more: { ifMatch?: string; reason?: string; path?: string } }>({
    mutationFn: async ({ body, more }) => {
      const target = more.path ?? path;
      const what = `${target} ${body instanceof FormData ? "form" : JSON.stringify(body)}`;
      if (held.current?.what !== what || body instanceof FormData) held.current = { what, key: newKey() };
      const answer = await command<R>(options.method ?? "POST", target, body, { key: held.current.key, ifMatch: more.ifMatch, reason: more.reason });
      held.current = null;
      return answer.body;
    },
    onSuccess: async (result, { more }) => {
      const read = options.quiet === true ? undefined : client.invalidateQueries();
      // The next change needs the version that this one made: who is quick would otherwise meet a conflict with themselves.
      if (more.ifMatch !== undefined) await read;
      options.onDone?.(result);
    },
  });
  return {
    run: async (body, more = {}) => {
      try {
        return await mutation.mutateAsync({ body, more });
      } catch (error) {
        if (error instanceof ApiProblem) return undefined;
        throw error;
      }
    },
    pending: mutation.isPending, problem: mutation.error, result: mutation.data, reset: mutation.reset,
  };
}

/** A question asked by POST that changes nothing: quotes, workbenches, previews. Asked again when its body changes. */
export function useAsk<T>(path: string | null, body: unknown): UseQueryResult<T, ApiProblem> {
  return useQuery<T, ApiProblem>({ queryKey: [path, "ask", body], queryFn: async () => (await command<T>("POST", path ?? "", body, { key: newKey() })).body, enabled: path !== null });
}
