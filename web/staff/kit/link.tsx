import { Button, type ButtonProps } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** A button that leads somewhere; a real link, so it opens in a new tab too. */
export function ButtonLink({ to, search, children, ...look }: { to: string; search?: Record<string, string | readonly string[]>; children: ReactNode } & ButtonProps) {
  return <Button size="sm" variant="default" {...look} renderRoot={(props) => <Link to={to} search={(search ?? {}) as never} {...props} />}>{children}</Button>;
}

/** Tabs in the address: each is a page of its own with a permanent link. `keep` names what else of the address holds for all of them. */
export function Tabs({ tabs, current, keep = [] }: { tabs: readonly (readonly [key: string, label: string])[]; current: string; keep?: readonly string[] }) {
  const { t } = useTranslation();
  const location = useLocation();
  const kept = Object.fromEntries(Object.entries(location.search as Record<string, unknown>).filter(([name]) => keep.includes(name)));
  return (
    <nav className="tabs no-print" aria-label={t("Sections")}>
      {tabs.map(([key, label]) => <Link key={key} to={location.pathname} search={{ ...kept, tab: key } as never} aria-current={key === current ? "page" : undefined} activeProps={{}} activeOptions={{ exact: true }}>{t(label)}</Link>)}
    </nav>
  );
}

const ROUTES: readonly (readonly [string, string])[] = [["la_", "/loans/"], ["app_", "/applications/"], ["pty_", "/parties/"], ["cs_", "/collections/"], ["je_", "/ledger/journal/"], ["prv_", "/products/"], ["ptn_", "/partners/"], ["pst_", "/partner-statements/"], ["gtr_", "/guarantees/"]];

/** An id as a link to its record, when it has a screen. */
export function SubjectLink({ id, label }: { id: string | null | undefined; label?: ReactNode }) {
  if (id === null || id === undefined || id === "") return <span className="muted">–</span>;
  const to = ROUTES.find(([prefix]) => id.startsWith(prefix))?.[1];
  return to === undefined ? <span className="mono">{label ?? id}</span> : <Link to={`${to}${id}`} className={label === undefined ? "mono" : undefined}>{label ?? id}</Link>;
}
