import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { ButtonLink } from "../../kit/link.tsx";
import { Can, useSession } from "../../session.tsx";
import type { Application } from "./application-360.tsx";

const OPEN = ["draft", "submitted", "verifying", "referred", "approved", "offered", "accepted", "signed"];

/** What may be done with a case right now; the server has the last word. */
export function CaseActs({ application: app }: { application: Application }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const [withdrawing, setWithdrawing] = useState(false);
  const claim = useCommand<object>(`/applications/${app.id}/claim`);
  const giveBack = useCommand<object>(`/applications/${app.id}/release`);
  const submit = useCommand<object>(`/applications/${app.id}/submit`);
  return (
    <>
      {app.state === "draft" && <><Can permission="application.case.edit"><ButtonLink to="/applications/new" search={{ application: app.id }}>{t("Fill in")}</ButtonLink></Can><Can permission="application.case.submit"><Button size="sm" loading={submit.pending} onClick={() => void submit.run({})}>{t("Hand in")}</Button></Can></>}
      {app.state === "referred" && app.claimedBy === null && <Can permission="application.case.assign"><Button size="sm" loading={claim.pending} onClick={() => void claim.run({})}>{t("Take")}</Button></Can>}
      {app.claimedBy === me.id && <Button size="sm" variant="default" loading={giveBack.pending} onClick={() => void giveBack.run({})}>{t("Give back")}</Button>}
      {OPEN.includes(app.state) && <Can permission="application.case.withdraw"><Button size="sm" variant="default" onClick={() => setWithdrawing(true)}>{t("Withdraw")}</Button></Can>}
      <ProblemNotice problem={claim.problem ?? giveBack.problem ?? submit.problem} />
      <Dialog title={t("Withdraw")} open={withdrawing} onClose={() => setWithdrawing(false)}>
        <CommandForm path={`/applications/${app.id}/withdraw`} submit="Withdraw" tone="bad" fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onDone={() => setWithdrawing(false)} />
      </Dialog>
    </>
  );
}
