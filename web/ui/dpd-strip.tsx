import { useTranslation } from "react-i18next";
import { formatDate } from "./format.ts";

export interface DpdMonth { readonly label: string; readonly days: number | null }

/** Days past due by installment or month, as a strip: height and colour both tell, and a line of text says it in words. */
export function DpdStrip({ months }: { months: readonly DpdMonth[] }) {
  const { t } = useTranslation();
  const worst = months.reduce((most, m) => Math.max(most, m.days ?? 0), 0);
  const due = months.filter((m) => m.days !== null).length;
  const late = months.filter((m) => (m.days ?? 0) > 0).length;
  const words = due === 0 ? t("No installment has fallen due yet.") : late === 0 ? t("Every installment so far was on time.") : t("{{late}} of {{all}} late, at worst {{worst}} days.", { late, all: due, worst });
  return (
    <div>
      <div className="dpd" role="img" aria-label={words}>
        {months.map((m) => <span key={m.label} data-step={step(m.days)} title={`${/^\d{4}-/.test(m.label) ? formatDate(m.label) : m.label}: ${m.days === null ? t("not due yet") : t("{{count}} days", { count: m.days })}`} />)}
      </div>
      <p className="muted" style={{ fontSize: 12.5, marginTop: 4 }}>{words}</p>
    </div>
  );
}

function step(days: number | null): number {
  if (days === null) return -1;
  return days === 0 ? 0 : days < 30 ? 1 : days < 90 ? 2 : 3;
}
