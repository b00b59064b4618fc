import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand, useGet } from "../../api/hooks.ts";
import { formatDate } from "../../ui/format.ts";
import { CommandForm } from "../../ui/form.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { MoneyText, StatusTag } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { go, Link, useParams } from "../router.tsx";
import type { Application, Offer } from "../types.ts";
import { Cost } from "./eligibility.tsx";

/** What we offer, with the key facts one tap away: B5. */
export function Offers() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const query = useGet<Application>(`/applications/${id}`);
  return (
    <SignedIn>
      <div className="b-stack">
        <h1>{t("Your offer")}</h1>
        <Loaded query={query} isEmpty={(a) => a.offers.length === 0} empty={t("There is no offer yet.")}>{(app) => <>{app.offers.map((o) => <OfferCard key={o.id} application={app} offer={o} />)}</>}</Loaded>
        <Link to={`/borrower/applications/${id}`}>{t("Back to your application")}</Link>
      </div>
    </SignedIn>
  );
}

function OfferCard({ application, offer: o }: { application: Application; offer: Offer }) {
  const { t } = useTranslation();
  const [declining, setDeclining] = useState(false);
  const accept = useCommand<object>(`/applications/${application.id}/offers/${o.id}/accept`, { onDone: () => go(`/borrower/applications/${application.id}/sign`) });
  const open = o.state === "open";
  return (
    <div className="b-stack">
      <div className="row" style={{ justifyContent: "space-between" }}><span><MoneyText value={o.amount} /> · {t("{{count}} months", { count: o.termMonths })}</span><StatusTag value={o.state} /></div>
      <Cost quote={{ ...o, installments: o.termMonths }} />
      {open && <p className="muted">{t("Good until {{date}}. Nothing happens if you let it run out.", { date: formatDate(o.expiresOn) })}</p>}
      <ProblemNotice problem={accept.problem} />
      {open && <div className="b-actions"><Button loading={accept.pending} onClick={() => void accept.run({})}>{t("Take this offer")}</Button><Button variant="default" onClick={() => setDeclining(true)}>{t("No, thank you")}</Button></div>}
      {!open && o.state === "accepted" && application.state === "accepted" && <Button onClick={() => go(`/borrower/applications/${application.id}/sign`)}>{t("Read and sign")}</Button>}
      {!open && o.state !== "accepted" && <Empty>{t("This offer is no longer open.")}</Empty>}
      <Dialog title={t("No, thank you")} open={declining} onClose={() => setDeclining(false)}>
        <CommandForm path={`/applications/${application.id}/offers/${o.id}/decline`} submit="Decline the offer" fields={[{ name: "reason", label: "What would have to be different?", kind: "area", required: true }]} onDone={() => setDeclining(false)} />
      </Dialog>
    </div>
  );
}
