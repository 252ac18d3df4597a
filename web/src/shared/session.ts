import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type Answer, ApiError, type Body, bear, del, get, post } from "./api";

export type Me = Answer<"/session">;

async function load(): Promise<Me | null> {
  try {
    const me = await get<Me>("/session");
    bear(me.csrf);
    return me;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export function useSession() {
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["session"], queryFn: load, staleTime: 60_000 });
  return {
    me: found.data ?? null,
    waiting: found.isPending,
    error: found.error,
    may: (permission: string) => found.data?.permissions.includes(permission) ?? false,
    enter: async (asked: Body<"/session">) => {
      const me = await post<Me>("/session", asked);
      bear(me.csrf);
      client.removeQueries({ predicate: (one) => one.queryKey[0] !== "session" });
      client.setQueryData(["session"], me);
    },
    leave: async () => {
      await del("/session");
      client.clear();
      client.setQueryData(["session"], null);
    },
  };
}
