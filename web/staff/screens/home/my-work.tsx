import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useGet } from "../../../api/hooks.ts";
import { Chart } from "../../../ui/chart.tsx";
import { formatCount, humanise } from "../../../ui/format.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyText, StatusTag } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";
import { SlaLeft, STATES, type Item } from "../origination/applications.tsx";

/** What waits for this person, by role; each count is a list one click away: L1. */
export function MyWork() {
  const { t } = useTranslation();
  const { me, may } = useSession();
  return (
    <Page title={t("Good day, {{name}}", { name: me.name.split(" ")[0] })} note={me.roles.map((r) => t(humanise(r))).join(", ")}>
      <div className="tiles">
        {may("application.case.read") && <>
          <Tile label="Referred, not taken" resource="/applications" filter={["state:eq:referred"]} to={may("application.decision.make") ? "/underwriting" : "/applications"} search={{ filter: "state:eq:referred" }} />
          <Tile label="Offers out" resource="/applications" filter={["state:eq:offered"]} to="/applications" search={{ filter: "state:eq:offered" }} />
          <Tile label="To be funded" resource="/applications" filter={["state:in:signed,funding"]} to="/funding" />
        </>}
        {may("approval.request.read") && <Tile label="Waiting for a second person" resource="/approval-requests" filter={["state:eq:waiting"]} to="/approvals" search={{ filter: "state:eq:waiting" }} />}
        {may("payment.order.read") && <Tile label="Receipts in suspense" resource="/receipts" filter={["state:eq:suspense"]} to="/bank" />}
        {may("loan.account.read") && <Tile label="Active loans" resource="/loan-accounts" filter={["status:eq:active"]} to="/loans" search={{ filter: "status:eq:active" }} />}
        {may("collections.case.read") && <Tile label="Open collection cases" resource="/collections/cases" filter={["state:eq:open"]} to="/collections" />}
        {may("report.regulatory.read") && <Tile label="Reports to be filed" resource="/regulatory-reports" filter={["state:ne:filed"]} to="/reports" search={{ filter: "state:ne:filed" }} />}
        {may("credit.dispute.work") && <Tile label="Credit disputes to be resolved" resource="/credit-disputes" filter={["state:ne:resolved"]} to="/reports" />}
      </div>
      {may("application.case.read") && <div className="split wide-left"><Mine /><Funnel /></div>}
    </Page>
  );
}

function Tile({ label, resource, filter, to, search }: { label: string; resource: string; filter: readonly string[]; to: string; search?: Record<string, string> }) {
  const { t } = useTranslation();
  const query = useGet<PageOf<unknown>>(resource, { filter, limit: 1 }, { everyMs: 30_000, keep: true });
  return (
    <Link className="tile" to={to} search={(search === undefined ? {} : { filter: [search["filter"] ?? ""] }) as never}>
      <span className="tile-n">{query.data === undefined ? (query.error === null ? "…" : "–") : formatCount(query.data.total)}</span><span className="muted">{t(label)}</span>
    </Link>
  );
}

function Mine() {
  const { t } = useTranslation();
  const { me } = useSession();
  const query = useGet<PageOf<Item>>("/applications", { filter: [`claimedBy:eq:${me.id}`], sort: "stageDueAt", limit: 20 });
  const recent = useGet<PageOf<Item>>("/applications", { filter: ["state:in:submitted,verifying,referred,signed"], sort: "stageDueAt", limit: 12 }, { everyMs: 15_000, keep: true });
  const shown = (query.data?.items.length ?? 0) > 0 ? query : recent;
  return (
    <Section flush title={shown === query ? t("Taken by you") : t("Most urgent")}>
      <Loaded query={shown} isEmpty={(p) => p.items.length === 0} empty={t("Nothing is waiting.")}>
        {(page) => <Grid label="My work" rows={page.items} rowKey={(r) => r.id} columns={[
          { header: "Applicant", cell: (r) => <SubjectLink id={r.id} label={r.applicant === "" ? r.number : r.applicant} /> }, { header: "Amount", align: "end", cell: (r) => <MoneyText value={r.amount} /> }, { header: "Stage", cell: (r) => <StatusTag value={r.state} /> },
          { header: "Time left", cell: (r) => <SlaLeft minutes={r.slaMinutesLeft} /> }, { header: "Waiting on", cell: (r) => t(humanise(r.waitingOn)) }, { header: "Score", align: "end", cell: (r) => r.score ?? "–" },
        ]} />}
      </Loaded>
    </Section>
  );
}

const FUNNEL = ["submitted", "referred", "offered", "signed", "disbursed"];

function Funnel() {
  const { t } = useTranslation();
  const counts = [useStage("submitted"), useStage("referred"), useStage("offered"), useStage("signed"), useStage("disbursed")];
  return <Section title={t("How far cases are")}><Chart title={t("How far cases are")} kind="bar" categories={FUNNEL.map((s) => t(humanise(s)))} series={[{ name: t("Cases"), values: counts }]} /></Section>;
}

/** Cases at a stage or past it, apart from those that ended. */
function useStage(state: string): number | null {
  const from = STATES.indexOf(state);
  const past = STATES.slice(from).filter((s) => !["declined", "withdrawn", "expired"].includes(s));
  return useGet<PageOf<unknown>>("/applications", { filter: [`state:in:${past.join(",")}`], limit: 1 }, { keep: true }).data?.total ?? null;
}
