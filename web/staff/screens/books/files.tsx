import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { JOB_STARTED } from "../../kit/export-button.tsx";
import { useSession } from "../../session.tsx";

const FORMATS = [{ value: "xlsx", label: "Excel (XLSX)" }, { value: "csv", label: "CSV" }, { value: "parquet", label: "Parquet" }] as const;

/** The books as files of any size, made in the background; of one account, its general ledger. */
export function FilesButton({ account, book }: { account?: string; book?: string }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [open, setOpen] = useState(false);
  const end = () => setOpen(false);
  return (
    <>
      <Button size="sm" variant="default" onClick={() => setOpen(true)}>{t("Files…")}</Button>
      <Dialog title={t("Make a file")} open={open} onClose={end}>
        <CommandForm path="/ledger-exports" submit="Make the file" note={<p className="muted">{t("It is made in the background and waits among the jobs. Amounts are exact to the last unit.")}</p>} fields={[
          ...(account === undefined ? [{ name: "dataset", label: "What", kind: "choice" as const, required: true, initial: "journal", options: [{ value: "journal", label: "Journal" }, { value: "trial_balance", label: "Trial balance" }] }] : []),
          { name: "format", label: "Format", kind: "choice", required: true, initial: "xlsx", options: account === undefined ? [...FORMATS, { value: "ledger", label: "ledger-cli, hledger (journal)" }] : FORMATS },
          { name: "from", label: "From", kind: "date", max: lender.businessDate }, { name: "to", label: "To", kind: "date", max: lender.businessDate },
        ]} body={(v) => ({ ...Object.fromEntries(Object.entries(v).filter(([, value]) => value !== "")), ...(account === undefined ? {} : { dataset: "general_ledger", account }), ...(book === undefined ? {} : { book }) })} onCancel={end} onDone={() => {
          end();
          document.dispatchEvent(new Event(JOB_STARTED));
        }} />
      </Dialog>
    </>
  );
}
