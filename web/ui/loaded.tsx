import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ApiProblem } from "../api/client.ts";
import { ProblemNotice } from "./problem-notice.tsx";

/** Waiting, failed, forbidden and empty are seen to here; the screen says only what it shows when there is something. */
export function Loaded<T>({ query, isEmpty, empty, children, lines = 4 }: {
  query: UseQueryResult<T, ApiProblem>; isEmpty?: (value: T) => boolean; empty?: ReactNode; children: (value: T) => ReactNode; lines?: number;
}) {
  if (query.data !== undefined) return isEmpty?.(query.data) === true ? <Empty>{empty}</Empty> : <>{children(query.data)}</>;
  if (query.error !== null) return query.error.status === 403 ? <Forbidden detail={query.error.message} /> : <ProblemNotice problem={query.error} onRetry={() => void query.refetch()} focus={false} />;
  return <Waiting lines={lines} />;
}

export function Waiting({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  return <div role="status" aria-busy="true"><span className="visually-hidden">{t("Loading")}</span>{Array.from({ length: lines }, (_v, i) => <div key={i} className="skeleton" style={{ width: `${90 - (i * 17) % 45}%` }} />)}</div>;
}

/** Names the thing, says why there is none, and offers one next act. */
export function Empty({ children, action }: { children?: ReactNode; action?: ReactNode }) {
  const { t } = useTranslation();
  return <div className="notice" style={{ borderStyle: "dashed", borderLeftWidth: 1 }}><p className="muted">{children ?? t("Nothing here yet.")}</p>{action !== undefined && <div style={{ marginTop: 8 }}>{action}</div>}</div>;
}

export function Forbidden({ detail }: { detail: string }) {
  const { t } = useTranslation();
  return <div className="notice warn" role="status"><strong>{t("Your role does not show this")}</strong><p className="muted">{t(detail)}</p></div>;
}
