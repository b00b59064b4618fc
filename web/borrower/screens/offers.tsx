import { Button, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { queryClient, useCommand, useGet } from "../../api/hooks.ts";
import { formatDate, formatMoney, formatRate } from "../../ui/format.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Grid } from "../../ui/layout.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { DateText, MoneyText, RateText } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { PaperButton } from "../paper.tsx";
import { go, Link, useParams } from "../router.tsx";
import type { Application, Offer } from "../types.ts";
import { Cost } from "../cost.tsx";

/** What we offer: choose one, see its whole cost, compare all, take it or say no: B5. */
export function Offers() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const query = useGet<Application>(`/applications/${id}`);
  return (
    <SignedIn>
      <div className="b-stack">
        <h1>{t("Your offer")}</h1>
        <Loaded query={query} isEmpty={(a) => a.offers.length === 0} empty={t("There is no offer yet.")}>{(app) => <Choice application={app} />}</Loaded>
        <Link to={`/borrower/applications/${id}`}>{t("Back to your application")}</Link>
      </div>
    </SignedIn>
  );
}

function Choice({ application }: { application: Application }) {
  const { t } = useTranslation();
  const open = application.offers.filter((o) => o.state === "open");
  const shown = open.length > 0 ? open : application.offers.filter((o) => o.state === "accepted");
  const [chosen, setChosen] = useState(shown.find((o) => o.termMonths === application.termMonths)?.id ?? shown[0]?.id);
  const offer = shown.find((o) => o.id === chosen);
  if (offer === undefined) return <Empty>{t("This offer is no longer open.")}</Empty>;
  return (
    <>
      {shown.length > 1 && <fieldset className="b-choices"><legend>{t("Choose what suits you")}</legend>{shown.map((o) => (
        <label key={o.id}><input type="radio" name="offer" checked={o.id === chosen} onChange={() => setChosen(o.id)} /><span style={{ flex: 1 }}><strong>{t("{{amount}} a month", { amount: formatMoney(o.installment) })}</strong><br /><span className="muted" style={{ fontSize: 14 }}>{formatMoney(o.amount)} · {t("{{count}} months", { count: o.termMonths })} · {formatRate(o.annualRate)}</span></span></label>
      ))}</fieldset>}
      <PaperButton url={`/v1/applications/${application.id}/offers/${offer.id}/key-facts`} title={t("Key facts statement")} note={t("Everything the law wants you to see, on one paper")} />
      <Cost quote={{ ...offer, installments: offer.termMonths }} />
      {shown.length > 1 && <details><summary>{t("Compare all")}</summary><div className="section" style={{ marginTop: 10 }}><Compare offers={shown} /></div></details>}
      <Acts application={application} offer={offer} />
    </>
  );
}

function Compare({ offers }: { offers: readonly Offer[] }) {
  return <Grid label="Compare all" rows={offers} rowKey={(o) => o.id} columns={[
    { header: "Months", align: "end", cell: (o) => o.termMonths }, { header: "Each month", align: "end", cell: (o) => <MoneyText value={o.installment} /> }, { header: "Rate", align: "end", cell: (o) => <RateText value={o.annualRate} /> }, { header: "APR", align: "end", cell: (o) => <RateText value={o.apr} /> },
    { header: "Fees", align: "end", cell: (o) => <MoneyText value={o.fees} /> }, { header: "You pay back in all", align: "end", cell: (o) => <MoneyText value={o.totalPaid} /> }, { header: "Good until", cell: (o) => <DateText value={o.expiresOn} /> },
  ]} />;
}

function Acts({ application, offer: o }: { application: Application; offer: Offer }) {
  const { t } = useTranslation();
  const [declining, setDeclining] = useState(false);
  const accept = useCommand<object>(`/applications/${application.id}/offers/${o.id}/accept`, { onDone: () => go(`/borrower/applications/${application.id}/sign`) });
  if (o.state === "accepted") return application.state === "accepted" ? <Button onClick={() => go(`/borrower/applications/${application.id}/sign`)}>{t("Read and sign")}</Button> : null;
  return (
    <>
      <p className="muted">{t("Good until {{date}}. Nothing happens if you let it run out.", { date: formatDate(o.expiresOn) })}</p>
      <ProblemNotice problem={accept.problem} />
      <div className="b-actions"><Button loading={accept.pending} onClick={() => void accept.run({})}>{t("Take this offer")}</Button><Button variant="default" onClick={() => setDeclining(true)}>{t("No, thank you")}</Button></div>
      <Dialog title={t("No, thank you")} open={declining} onClose={() => setDeclining(false)}><Decline applicationId={application.id} offers={application.offers.filter((each) => each.state === "open")} onDone={() => setDeclining(false)} /></Dialog>
    </>
  );
}

/** The lender reads the reason in English, whatever language it was chosen in. */
const REASONS = ["The monthly payment is too high", "The interest or the fees are too high", "The amount is not what I need", "I found a better offer", "I do not need a loan any more", "Another reason"] as const;

/** None of the offers suits: all that are open are turned down with the one reason. */
function Decline({ applicationId, offers, onDone }: { applicationId: string; offers: readonly Offer[]; onDone: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [more, setMore] = useState("");
  const decline = useCommand<{ reason: string }>(`/applications/${applicationId}/offers/${offers[0]?.id ?? ""}/decline`, { quiet: true });
  const act = async (event: FormEvent) => {
    event.preventDefault();
    for (const offer of offers) {
      const done = await decline.run({ reason: more.trim() === "" ? reason : `${reason}: ${more.trim()}` }, { path: `/applications/${applicationId}/offers/${offer.id}/decline` });
      if (done === undefined) return;
    }
    onDone();
    await queryClient.invalidateQueries();
  };
  return (
    <form className="b-stack" onSubmit={(event) => void act(event)}>
      <ProblemNotice problem={decline.problem} />
      <fieldset className="b-choices"><legend>{t("What would have to be different?")}</legend>{REASONS.map((r) => <label key={r}><input type="radio" name="reason" required checked={reason === r} onChange={() => setReason(r)} />{t(r)}</label>)}</fieldset>
      <Textarea label={t("Anything else? (optional)")} maxLength={400} value={more} onChange={(e) => setMore(e.currentTarget.value)} />
      <div className="b-actions"><Button type="submit" color="red.9" disabled={reason === ""} loading={decline.pending}>{t("Decline the offer")}</Button><Button variant="default" onClick={onDone}>{t("Keep it")}</Button></div>
    </form>
  );
}
