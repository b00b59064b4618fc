import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { TimelineJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Explainable } from "../../../ui/explain.tsx";
import { formatDate, formatMoney, humanise } from "../../../ui/format.ts";
import type { At } from "./types.ts";

export interface Items<T> { readonly items: readonly T[] }
type Fact = Static<typeof TimelineJson>;

/** A figure of a loan that says how it came about; the facts behind it are named, not numbered. */
export function LoanFigure({ id, figure, at, label, children }: { id: string; figure: string; at?: At; label: string; children: ReactNode }) {
  return <Explainable from={`/loan-accounts/${id}/explanations`} query={{ figure, ...at }} label={label} event={(event) => <EventName loanId={id} eventId={event} />}>{children}</Explainable>;
}

function EventName({ loanId, eventId }: { loanId: string; eventId: string }) {
  const { t } = useTranslation();
  const { data } = useGet<Items<Fact>>(`/loan-accounts/${loanId}/timeline`);
  const fact = data?.items.find((f) => f.id === eventId);
  if (fact === undefined) return <span className="mono">{eventId}</span>;
  return <span title={eventId}>{t(humanise(fact.kind))} · {formatDate(fact.valueDate)}{fact.amount === null ? "" : ` · ${formatMoney(fact.amount)}`}</span>;
}

/** A ledger account in words; the code stays as a tooltip. */
export function AccountName({ code }: { code: string }) {
  const { t } = useTranslation();
  return <span title={code}>{t(humanise(code))}</span>;
}
