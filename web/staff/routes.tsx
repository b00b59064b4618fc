import { useTranslation } from "react-i18next";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Empty, Waiting } from "../ui/loaded.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { ApiProblem } from "../api/client.ts";
import { ButtonLink } from "./kit/link.tsx";
import { readSearch, writeSearch } from "./kit/list-state.ts";
import { Shell } from "./shell/shell.tsx";

interface RouterContext { readonly onSignedOut: () => void }

const root = createRootRouteWithContext<RouterContext>()({
  component: () => <Shell onSignedOut={root.useRouteContext().onSignedOut} />,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <div className="page"><ProblemNotice problem={error instanceof ApiProblem ? error : new ApiProblem({ status: 0, code: "screen.fault", title: "This screen broke", detail: error instanceof Error ? error.message : String(error), fix: "Reload the page; nothing was lost on the server." })} /></div>,
});

/** Every screen is a file of its own, fetched when it is first opened. */
function screen<M extends object>(path: string, load: () => Promise<M>, name: keyof M & string) {
  return createRoute({ getParentRoute: () => root, path, validateSearch: (search: Record<string, unknown>) => search, component: lazyRouteComponent(load as never, name as never) });
}

const home = () => import("./screens/home/my-work.tsx");
const control = () => import("./screens/control/index.tsx");
const books = () => import("./screens/books/index.tsx");
const setup = () => import("./screens/setup/index.tsx");
const reports = () => import("./screens/reports/index.tsx");
const risk = () => import("./screens/risk/index.tsx");
const partners = () => import("./screens/partners/index.tsx");
const lab = () => import("./screens/lab/index.tsx");
const origination = () => import("./screens/origination/index.tsx");
const servicing = () => import("./screens/servicing/index.tsx");
const payments = () => import("./screens/payments/index.tsx");
const time = () => import("./screens/time/index.tsx");
const collections = () => import("./screens/collections/index.tsx");

const tree = root.addChildren([
  screen("/", home, "MyWork"),
  screen("/applications", origination, "Applications"), screen("/applications/new", origination, "NewApplication"), screen("/applications/$id", origination, "Application360"),
  screen("/applications/$id/workbench", origination, "Workbench"), screen("/applications/$id/decisions/$decisionId", origination, "DecisionTrace"),
  screen("/underwriting", origination, "UnderwritingQueue"), screen("/funding", origination, "FundingQueue"),
  screen("/loans", servicing, "Loans"), screen("/loans/$id", servicing, "LoanAccount360"), screen("/loans/$id/repayments/new", servicing, "PostPayment"), screen("/loans/$id/payoff", servicing, "PayoffQuote"),
  screen("/parties", servicing, "Parties"), screen("/parties/$id", servicing, "Party360"),
  screen("/collections", collections, "CollectorQueue"), screen("/collections/$id", collections, "CollectionCase"),
  screen("/bank", payments, "BankMatching"), screen("/payouts", payments, "Payouts"),
  screen("/ledger", books, "TrialBalance"), screen("/ledger/journal", books, "Journal"), screen("/ledger/journal/$id", books, "JournalEntry"), screen("/ledger/accounts/$code", books, "GeneralLedger"), screen("/ledger/entries/new", books, "ManualEntry"), screen("/ledger/close", books, "CloseDesk"), screen("/ledger/statements", books, "Statements"), screen("/ledger/suspense", books, "Suspense"), screen("/ledger/accruals", books, "Accruals"), screen("/ledger/currencies", books, "Currencies"), screen("/ledger/cash", books, "Cash"),
  screen("/approvals", control, "Approvals"), screen("/end-of-day", control, "EndOfDay"), screen("/audit", control, "AuditExplorer"), screen("/time-machine", time, "TimeMachine"), screen("/portfolio", control, "Portfolio"), screen("/clock", control, "SandboxClock"),
  screen("/products", setup, "Products"), screen("/products/$id", setup, "ProductVersion"), screen("/index-rates", setup, "IndexRates"), screen("/users", setup, "Users"), screen("/product-lab", lab, "ProductLab"), screen("/reports", reports, "ReportCalendar"), screen("/reports/$id", reports, "RegulatoryReport"), screen("/partners", partners, "Partners"), screen("/partners/$id", partners, "Partner"), screen("/partner-statements/$id", partners, "PartnerStatement"), screen("/guarantees/$id", partners, "Guarantee"), screen("/provisions", risk, "Provisions"), screen("/provisions/$id", risk, "ProvisionRun"), screen("/security", setup, "OwnSignIn"),
]);

export const router = createRouter({
  routeTree: tree, basepath: "/staff", context: { onSignedOut: () => undefined }, parseSearch: readSearch, stringifySearch: writeSearch, defaultPreload: "intent", defaultPendingMs: 150, scrollRestoration: true,
  defaultPendingComponent: () => <div className="page"><Waiting /></div>,
});

function NotFound() {
  const { t } = useTranslation();
  return <div className="page"><Empty action={<ButtonLink to="/">{t("My work")}</ButtonLink>}>{t("There is no screen at this address.")}</Empty></div>;
}
