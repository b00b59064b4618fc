import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand } from "../api/hooks.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { go } from "./router.tsx";

/** Ends an application, after asking once more. */
export function Withdraw({ id }: { id: string }) {
  const { t } = useTranslation();
  const [sure, setSure] = useState(false);
  const withdraw = useCommand<{ reason: string }>(`/applications/${id}/withdraw`, { onDone: () => {
    setSure(false);
    go(`/borrower/applications/${id}`);
  } });
  return (
    <>
      <button type="button" className="quiet-button" style={{ textDecoration: "underline", minHeight: 44, alignSelf: "flex-start" }} onClick={() => setSure(true)}>{t("Withdraw the application")}</button>
      <Dialog title={t("Withdraw the application")} open={sure} onClose={() => setSure(false)}>
        <div className="b-stack"><ProblemNotice problem={withdraw.problem} /><p>{t("It ends here. You can apply again any time.")}</p><div className="b-actions"><Button color="red.9" loading={withdraw.pending} onClick={() => void withdraw.run({ reason: "withdrawn by the applicant" })}>{t("Yes, withdraw")}</Button><Button variant="default" onClick={() => setSure(false)}>{t("Keep it")}</Button></div></div>
      </Dialog>
    </>
  );
}
