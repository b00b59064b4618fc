import { createContext, useContext, type ReactNode } from "react";
import { useGet } from "../api/hooks.ts";

export interface LenderFace { readonly slug: string; readonly name: string; readonly country: string; readonly locale: string; readonly environment: string }
export interface BorrowerSession { readonly lender: LenderFace; readonly currency: string; readonly signedIn: boolean; readonly partyId: string | null; readonly businessDate: string | null }

const CURRENCIES: Readonly<Record<string, string>> = { IN: "INR", US: "USD" };
const Current = createContext<BorrowerSession | null>(null);

export function BorrowerSessionProvider({ lender, children }: { lender: LenderFace; children: ReactNode }) {
  const me = useGet<{ kind: string; partyId: string | null }>("/me");
  const signedIn = me.data?.kind === "borrower";
  const own = useGet<{ currency: string; businessDate: string }>(signedIn ? "/lender" : null);
  if (me.isPending) return null;
  return <Current value={{ lender, signedIn, currency: own.data?.currency ?? CURRENCIES[lender.country] ?? "INR", partyId: me.data?.partyId ?? null, businessDate: own.data?.businessDate ?? null }}>{children}</Current>;
}

/** The lender whose page this is, and whether somebody is signed in. */
export function useBorrower(): BorrowerSession {
  const session = useContext(Current);
  if (session === null) throw new RangeError("a page outside of the session");
  return session;
}
