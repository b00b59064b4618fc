import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { useSession } from "../../session.tsx";
import type { Loan } from "./types.ts";

/** Rarer acts on a loan; those that take two people say so. */
export function LoanActs({ loan }: { loan: Loan }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [open, setOpen] = useState<"charge-off" | null>(null);
  const [sent, setSent] = useState(false);
  return (
    <>
      {loan.status === "active" && may("loan.account.charge_off") && <Button size="sm" variant="default" onClick={() => setOpen("charge-off")}>{t("Charge off…")}</Button>}
      {sent && <span className="tag good" role="status">{t("Waiting for a second person")}</span>}
      <Dialog title={t("Charge off…")} open={open === "charge-off"} onClose={() => setOpen(null)}>
        <CommandForm path={`/loan-accounts/${loan.id}/charge-offs`} submit="Propose" tone="bad" note={<p className="muted">{t("The balance is taken to loss and is still owed. A second person decides.")}</p>} fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onDone={() => {
          setOpen(null);
          setSent(true);
        }} />
      </Dialog>
    </>
  );
}
