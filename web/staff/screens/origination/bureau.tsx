import { useTranslation } from "react-i18next";
import { Facts, Grid, Section } from "../../../ui/layout.tsx";
import { Empty } from "../../../ui/loaded.tsx";
import { DpdStrip } from "../../../ui/dpd-strip.tsx";
import { DateText, StatusTag } from "../../../ui/values.tsx";
import { formatMoney, humanise } from "../../../ui/format.ts";

interface Tradeline { readonly id: string; readonly lenderType: string; readonly kind: string; readonly openedDate: string; readonly status: string; readonly currency: string; readonly balance: string; readonly monthlyPayment: string; readonly overdue: string; readonly grid?: readonly { readonly month: string; readonly dpd: number | null }[] }
interface Report {
  readonly reportId?: string; readonly asOf?: string; readonly score?: { readonly model: string; readonly value: number; readonly low: number; readonly high: number; readonly reasons: readonly { readonly code: string; readonly text: string }[] } | null;
  readonly tradelines?: readonly Tradeline[]; readonly enquiries?: readonly { readonly date: string; readonly lender: string; readonly kind: string }[]; readonly summary?: Readonly<Record<string, string | number | null>>;
}

/** Amounts of the summary, and those of its names that code alone would not make readable. */
const MONEY: ReadonlySet<string> = new Set(["balance", "monthlyPayment", "overdue"]);
const LABELS: Readonly<Record<string, string>> = { worstDpd12: "Worst days late, 12 months", worstDpd36: "Worst days late, 36 months", enquiries90: "Enquiries in 90 days", enquiries90Days: "Enquiries in 90 days", tradelines: "Loans on file", openTradelines: "Loans still open", monthlyPayment: "Paid each month" };

/** The bureau report in short, with its tradelines and their months. */
export function Bureau({ bureau, outcome }: { bureau: unknown; outcome: string | null }) {
  const { t } = useTranslation();
  const report = bureau as Report | null;
  if (report === null) return <Section title={t("Credit bureau")} actions={<StatusTag value={outcome} />}><Empty>{outcome === "no_record" ? t("The bureau has no record of this person.") : t("There is no bureau report yet.")}</Empty></Section>;
  const currency = String(report.summary?.["currency"] ?? report.tradelines?.[0]?.currency ?? "INR");
  const money = (amount: string, of = currency) => (/^-?\d+(\.\d+)?$/.test(amount) ? formatMoney({ amount, currency: of }) : amount);
  const months = (report.tradelines ?? [])[0]?.grid ?? [];
  return (
    <Section title={t("Credit bureau")} actions={<StatusTag value={outcome === "hit" ? "clear" : outcome} label={outcome === "hit" ? t("Report found") : undefined} />}>
      <div className="stack">
        <Facts items={[["Score", report.score === null || report.score === undefined ? undefined : `${report.score.value} (${report.score.low}–${report.score.high})`], ["Model", report.score?.model], ["As of", report.asOf, "date"], ...Object.entries(report.summary ?? {}).filter(([k]) => k !== "currency").map(([k, v]) => [LABELS[k] ?? humanise(k), v === null ? "–" : MONEY.has(k) ? money(String(v)) : String(v)] as const), ["Report", report.reportId, "id"]]} />
        {report.score?.reasons !== undefined && report.score.reasons.length > 0 && <p className="muted">{report.score.reasons.map((r) => r.text).join(" · ")}</p>}
        {(report.tradelines ?? []).length > 0 && <Grid label="Tradelines" rows={report.tradelines ?? []} rowKey={(l) => l.id} columns={[
          { header: "Lender", cell: (l) => t(humanise(l.lenderType)) }, { header: "Kind", cell: (l) => t(humanise(l.kind)) }, { header: "Opened", cell: (l) => <DateText value={l.openedDate} /> }, { header: "State", cell: (l) => <StatusTag value={l.status} /> }, { header: "Balance", align: "end", cell: (l) => money(l.balance, l.currency) }, { header: "Each month", align: "end", cell: (l) => money(l.monthlyPayment, l.currency) },
          { header: "Overdue", align: "end", cell: (l) => <span className={Number(l.overdue) > 0 ? "neg" : ""}>{money(l.overdue, l.currency)}</span> }, { header: "Months", cell: (l) => ((l.grid?.length ?? 0) === 0 ? "–" : <span className="dpd" aria-hidden style={{ flexWrap: "nowrap" }}>{(l.grid ?? []).slice(-12).map((m) => <span key={m.month} style={{ width: 6, height: 14 }} data-step={m.dpd === null ? -1 : m.dpd === 0 ? 0 : m.dpd < 30 ? 1 : m.dpd < 90 ? 2 : 3} title={`${m.month}: ${m.dpd ?? "?"}`} />)}</span>) },
        ]} />}
        {months.length > 0 && <div><h3>{t("Oldest tradeline, month by month")}</h3><DpdStrip months={months.map((m) => ({ label: m.month, days: m.dpd }))} /></div>}
        {(report.enquiries ?? []).length > 0 && <details><summary>{t("Enquiries")} ({(report.enquiries ?? []).length})</summary><Grid label="Enquiries" rows={report.enquiries ?? []} rowKey={(e, i) => `${e.date}${i}`} columns={[{ header: "Date", cell: (e) => <DateText value={e.date} /> }, { header: "Lender", cell: (e) => e.lender }, { header: "Kind", cell: (e) => t(humanise(e.kind)) }]} /></details>}
      </div>
    </Section>
  );
}
