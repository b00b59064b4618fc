import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "./loaded.tsx";
import { DateText, InstantText } from "./values.tsx";

export interface TimelineItem { readonly id: string; readonly at: string; readonly title: ReactNode; readonly detail?: ReactNode; readonly who?: ReactNode }

/** One record, one timeline; newest first as it is handed over. */
export function Timeline({ items }: { items: readonly TimelineItem[] }) {
  const { t } = useTranslation();
  if (items.length === 0) return <Empty>{t("Nothing has happened yet.")}</Empty>;
  return (
    <ol className="timeline">
      {items.map((i) => (
        <li key={i.id}>
          <div className="row" style={{ justifyContent: "space-between" }}><strong>{i.title}</strong><span className="muted" style={{ fontSize: 12.5 }}>{i.at.length > 10 ? <InstantText value={i.at} /> : <DateText value={i.at} />}</span></div>
          {i.detail !== undefined && <div>{i.detail}</div>}
          {i.who !== undefined && <div className="muted" style={{ fontSize: 12.5 }}>{i.who}</div>}
        </li>
      ))}
    </ol>
  );
}
