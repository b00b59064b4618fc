import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { formatMoney } from "../../../ui/format.ts";
import { useSession } from "../../session.tsx";
import { ModifyLoan } from "./loan-modify.tsx";
import type { Loan } from "./types.ts";

/** Rarer acts on a loan; those that take two people say so. */
export function LoanActs({ loan }: { loan: Loan }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [open, setOpen] = useState<"modify" | "charge-off" | "refund" | null>(null);
  const [sent, setSent] = useState(false);
  return (
    <>
      {loan.status === "active" && may("loan.account.modify") && <Button size="sm" variant="default" onClick={() => setOpen("modify")}>{t("Change terms…")}</Button>}
      {loan.status === "active" && may("loan.account.charge_off") && <Button size="sm" variant="default" onClick={() => setOpen("charge-off")}>{t("Charge off…")}</Button>}
      {Number(loan.balances.overpayment.amount) > 0 && may("loan.repayment.reverse") && <Button size="sm" variant="default" onClick={() => setOpen("refund")}>{t("Refund…")}</Button>}
      {sent && <span className="tag good" role="status">{t("Waiting for a second person")}</span>}
      <Dialog wide title={t("Change the loan for good")} open={open === "modify"} onClose={() => setOpen(null)}>
        <ModifyLoan loan={loan} onDone={(proposed) => {
          setOpen(null);
          setSent(proposed);
        }} />
      </Dialog>
      <Dialog title={t("Charge off…")} open={open === "charge-off"} onClose={() => setOpen(null)}>
        <CommandForm path={`/loan-accounts/${loan.id}/charge-offs`} submit="Propose" tone="bad" note={<p className="muted">{t("The balance is taken to loss and is still owed. A second person decides.")}</p>} fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onDone={() => {
          setOpen(null);
          setSent(true);
        }} />
      </Dialog>
      <Dialog title={t("Refund the overpayment")} open={open === "refund"} onClose={() => setOpen(null)}>
        <CommandForm path={`/loan-accounts/${loan.id}/refunds`} submit="Propose" note={<p className="muted">{t("{{amount}} goes back to the borrower's account when a second person releases it.", { amount: formatMoney(loan.balances.overpayment) })}</p>} fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onDone={() => {
          setOpen(null);
          setSent(true);
        }} />
      </Dialog>
    </>
  );
}
