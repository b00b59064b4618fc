import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Value, type ValueKind } from "./values.tsx";

/** A page: its title once, its acts at the right, its content. */
export function Page({ title, note, actions, children }: { title: ReactNode; note?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    if (typeof title === "string") document.title = `${title} · Loanwright`;
  }, [title]);
  return (
    <div className="stack page">
      <div className="row" style={{ justifyContent: "space-between", alignItems: "flex-start", minHeight: 32 }}>
        <div><h1>{title}</h1>{note !== undefined && <div className="muted" style={{ fontSize: 13 }}>{note}</div>}</div>
        {actions !== undefined && <div className="row no-print">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

export function Section({ title, actions, flush = false, children, id }: { title?: ReactNode; actions?: ReactNode; flush?: boolean; children: ReactNode; id?: string }) {
  return (
    <section className="section" id={id}>
      {(title !== undefined || actions !== undefined) && <header><h2>{title}</h2>{actions !== undefined && <div className="row no-print">{actions}</div>}</header>}
      <div className={flush ? "body flush" : "body"}>{children}</div>
    </section>
  );
}

export type Fact = readonly [label: string, value: ReactNode] | readonly [label: string, value: unknown, kind: ValueKind];

/** Labels and values; a fact without a value is left out, unless it is there to show that it is missing. */
export function Facts({ items, big = false }: { items: readonly (Fact | null | false | undefined)[]; big?: boolean }) {
  const { t } = useTranslation();
  return (
    <dl className={big ? "facts big" : "facts"}>
      {items.filter((i): i is Fact => Boolean(i)).map(([label, value, kind]) => (
        <div key={label}><dt>{t(label)}</dt><dd>{kind === undefined ? (value as ReactNode) ?? "–" : <Value kind={kind} value={value} />}</dd></div>
      ))}
    </dl>
  );
}

export interface GridColumn<R> {
  readonly header: string;
  readonly cell: (row: R, index: number) => ReactNode;
  readonly align?: "end";
  readonly foot?: ReactNode;
  /** Stays in sight at the right when the table is wider than the screen: for acts. */
  readonly pin?: boolean;
}

/** A small table of rows already at hand; lists of the server use DataTable. */
export function Grid<R>({ caption, rows, columns, rowKey, active, label }: { caption?: string; label?: string; rows: readonly R[]; columns: readonly GridColumn<R>[]; rowKey: (row: R, index: number) => string | number; active?: (row: R) => boolean }) {
  const { t } = useTranslation();
  const look = (c: GridColumn<R>) => (c.align === "end" ? "num" : c.pin === true ? "pin" : undefined);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t(caption ?? label ?? "Table")}>
      <table className="grid">
        {caption !== undefined && <caption>{t(caption)}</caption>}
        <thead><tr>{columns.map((c) => <th key={c.header} scope="col" className={look(c)}>{t(c.header)}</th>)}</tr></thead>
        <tbody>{rows.map((row, i) => <tr key={rowKey(row, i)} className={active?.(row) === true ? "active" : undefined}>{columns.map((c) => <td key={c.header} className={look(c)}>{c.cell(row, i)}</td>)}</tr>)}</tbody>
        {columns.some((c) => c.foot !== undefined) && <tfoot><tr>{columns.map((c) => <td key={c.header} className={c.align === "end" ? "num" : undefined}>{c.foot}</td>)}</tr></tfoot>}
      </table>
    </div>
  );
}
