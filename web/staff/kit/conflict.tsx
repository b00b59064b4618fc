import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ReactNode } from "react";
import { Grid } from "../../ui/layout.tsx";

export interface Difference { readonly label: string; readonly yours: ReactNode; readonly theirs: ReactNode }

/** Somebody else changed the same record meanwhile: both versions side by side, and the choice. Nothing is lost before it is made. */
export function Conflict({ rows, onTheirs, onMine, pending }: { rows: readonly Difference[]; onTheirs: () => void; onMine: () => void; pending: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="notice warn stack" role="alert">
      <strong>{t("Somebody else changed this while you were at it")}</strong>
      {rows.length === 0 ? <p>{t("What you see and what is stored are the same.")}</p> : <Grid label="Both versions" rows={rows} rowKey={(r) => r.label} columns={[{ header: "Field", cell: (r) => t(r.label) }, { header: "Yours", cell: (r) => r.yours }, { header: "Stored now", cell: (r) => r.theirs }]} />}
      <div className="row"><Button size="compact-sm" variant="default" onClick={onTheirs}>{t("Take what is stored")}</Button><Button size="compact-sm" loading={pending} onClick={onMine}>{t("Store mine instead")}</Button></div>
    </div>
  );
}
