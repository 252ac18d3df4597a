import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, bear, call, get, post } from "./api";

export type Me = {
  login: string;
  name: string;
  roles: { role: string; zh: string; en: string }[];
  permissions: string[];
  areas: { kind: string; code: string }[];
  csrf: string;
};

async function load(): Promise<Me | null> {
  try {
    const me = await get<Me>("/session");
    bear(me.csrf);
    return me;
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return null;
    throw error;
  }
}

export function useSession() {
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["session"], queryFn: load, staleTime: 60_000 });
  return {
    me: found.data ?? null,
    waiting: found.isPending,
    may: (permission: string) => found.data?.permissions.includes(permission) ?? false,
    enter: async (asked: { login: string; password: string; code?: string }) => {
      const me = await post<Me>("/session", asked);
      bear(me.csrf);
      client.setQueryData(["session"], me);
    },
    leave: async () => {
      await call("DELETE", "/session");
      client.clear();
      client.setQueryData(["session"], null);
    },
  };
}
