import { createContext, useContext, type ReactNode } from "react";
import { useGet } from "../api/hooks.ts";

export interface Me {
  readonly id: string; readonly name: string; readonly kind: string; readonly roles: readonly string[]; readonly branchId: string | null; readonly partyId: string | null;
  readonly permissions: readonly { readonly permission: string; readonly scope: string }[];
  readonly amountLimits: readonly { readonly amount: string; readonly currency: string }[];
}

export interface Lender {
  readonly id: string; readonly slug: string; readonly name: string; readonly country: string; readonly currency: string; readonly locale: string; readonly environment: "sandbox" | "live";
  readonly businessDate: string; readonly closedThrough: string; readonly mode: "unified" | "origination" | "servicing";
}

export interface Session { readonly me: Me; readonly lender: Lender; readonly may: (permission: string) => boolean }

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is signed in, for which lender, on which business date. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new RangeError("a screen outside of the session");
  return session;
}

/** Reads both halves of the session; undefined while they are not there. */
export function useSessionQuery() {
  const me = useGet<Me>("/me");
  const lender = useGet<Lender>(me.data === undefined ? null : "/lender", {}, { everyMs: 20_000, keep: true });
  const session: Session | undefined = me.data === undefined || lender.data === undefined ? undefined
    : { me: me.data, lender: lender.data, may: (permission) => me.data.permissions.some((p) => p.permission === permission) };
  return { session, problem: me.error ?? lender.error };
}

/** Shows its content to those whose role holds the permission. The server decides again. */
export function Can({ permission, children, otherwise = null }: { permission: string; children: ReactNode; otherwise?: ReactNode }) {
  return <>{useSession().may(permission) ? children : otherwise}</>;
}
