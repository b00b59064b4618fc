import { Button, TextInput, useMantineColorScheme } from "@mantine/core";
import { useEffect, useState, useSyncExternalStore, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLender } from "../api/client.ts";
import { queryClient, useCommand, useGet } from "../api/hooks.ts";
import { chooseLanguage } from "../i18n/index.ts";
import { setRegion } from "../ui/format.ts";
import { Empty, Waiting } from "../ui/loaded.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { go, Link, Pages, useAddress, type Route } from "./router.tsx";
import { BorrowerSessionProvider, useBorrower, type LenderFace } from "./session.tsx";

const eligibility = () => import("./screens/eligibility.tsx");
const apply = () => import("./screens/apply.tsx");
const application = () => import("./screens/application.tsx");
const offers = () => import("./screens/offers.tsx");
const sign = () => import("./screens/sign.tsx");
const documents = () => import("./screens/documents.tsx");
const loan = () => import("./screens/loan.tsx");
const payoff = () => import("./screens/payoff.tsx");

const ROUTES: readonly Route[] = [
  { pattern: "/", load: eligibility, name: "Eligibility" }, { pattern: "/borrower", load: eligibility, name: "Eligibility" },
  { pattern: "/borrower/sign-in", load: () => import("./screens/sign-in.tsx"), name: "SignInPage" },
  { pattern: "/borrower/home", load: () => import("./screens/home.tsx"), name: "Home" },
  { pattern: "/borrower/apply", load: apply, name: "StartApplication" }, { pattern: "/borrower/applications/:id/apply", load: apply, name: "ApplyTasks" }, { pattern: "/borrower/applications/:id/apply/check", load: apply, name: "CheckAnswers" },
  { pattern: "/borrower/applications/:id/apply/:page", load: apply, name: "ApplyPage" }, { pattern: "/borrower/applications/:id", load: application, name: "Tracker" }, { pattern: "/borrower/applications/:id/documents", load: documents, name: "Documents" },
  { pattern: "/borrower/applications/:id/offers", load: offers, name: "Offers" }, { pattern: "/borrower/applications/:id/sign", load: sign, name: "Sign" },
  { pattern: "/borrower/loans/:id", load: loan, name: "LoanHome" }, { pattern: "/borrower/loans/:id/schedule", load: loan, name: "LoanSchedule" }, { pattern: "/borrower/loans/:id/payoff", load: payoff, name: "WhatIf" }, { pattern: "/borrower/loans/:id/pay", load: payoff, name: "PayNow" },
];

/** The lender comes from the link (?lender=…) or from the last visit. */
function lenderSlug(query: URLSearchParams): string {
  const named = query.get("lender");
  if (named !== null && /^[a-z0-9-]{1,40}$/.test(named)) {
    localStorage.setItem("lw.lender", named);
    return named;
  }
  return localStorage.getItem("lw.lender") ?? "";
}

export function BorrowerApp() {
  const { query } = useAddress();
  const [slug, setSlug] = useState(() => lenderSlug(query));
  useLender(slug);
  const lender = useGet<LenderFace>(slug === "" ? null : `/lenders/${slug}`);
  if (slug === "" || lender.error !== null) return <ChooseLender problem={<ProblemNotice problem={lender.error} />} onChoose={(chosen) => {
    localStorage.setItem("lw.lender", chosen);
    setSlug(chosen);
  }} />;
  if (lender.data === undefined) return <main className="b-main"><Waiting /></main>;
  setRegion(lender.data.country);
  return <BorrowerSessionProvider lender={lender.data}><Frame /></BorrowerSessionProvider>;
}

function ChooseLender({ onChoose, problem }: { onChoose: (slug: string) => void; problem: ReactNode }) {
  const { t } = useTranslation();
  const [slug, setSlug] = useState("");
  const act = (event: FormEvent) => {
    event.preventDefault();
    onChoose(slug.trim().toLowerCase());
  };
  return (
    <main className="b-main"><form className="b-stack" onSubmit={act}>
      <h1>{t("Whose loan is it?")}</h1>
      {problem}
      <TextInput label={t("Short name of your lender")} description={t("It stands in the link or the letter they sent you.")} required value={slug} onChange={(e) => setSlug(e.currentTarget.value)} />
      <Button type="submit">{t("Continue")}</Button>
    </form></main>
  );
}

function Frame() {
  const { t, i18n } = useTranslation();
  const { lender, signedIn } = useBorrower();
  const { path } = useAddress();
  const out = useCommand<undefined>("/sign-outs", { quiet: true, onDone: () => {
    queryClient.clear();
    go("/");
  } });
  useEffect(() => {
    document.title = lender.name;
    if (path !== "/" && path !== "/borrower") document.getElementById("content")?.focus({ preventScroll: true });
  }, [path, lender.name]);
  const other = i18n.language === "hi" ? { code: "en", name: "English" } : { code: "hi", name: "हिन्दी" };
  return (
    <div className="b-shell">
      <header className="b-head"><div>
        <Link to={signedIn ? "/borrower/home" : "/"} className="name"><img src="/mark.svg" alt="" width="26" height="26" />{lender.name}</Link>
        {lender.country === "IN" && <button type="button" lang={other.code} onClick={() => void chooseLanguage(other.code)}>{other.name}</button>}
        {signedIn ? <button type="button" onClick={() => void out.run(undefined)}>{t("Sign out")}</button> : <Link to="/borrower/sign-in" className="act">{t("Sign in")}</Link>}
      </div></header>
      {lender.environment === "sandbox" && <aside className="b-test" aria-label={t("Practice site")}>{t("Practice site: no real money moves here.")}</aside>}
      <Offline />
      <main className="b-main" id="content" tabIndex={-1}>
        <Pages routes={ROUTES} waiting={<Waiting />} failed={(again) => <Empty action={<Button onClick={again}>{t("Try again")}</Button>}>{t("This page could not be fetched. Check the connection.")}</Empty>} missing={<Empty action={<Link to="/">{t("Start page")}</Link>}>{t("There is no page at this address.")}</Empty>} />
      </main>
      <footer className="b-foot">{t("Questions? Your lender's staff can see exactly what you see here.")}<Appearance /></footer>
    </div>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div><label>{t("Appearance")} <select value={colorScheme} onChange={(e) => setColorScheme(e.currentTarget.value as typeof colorScheme)}>
      <option value="auto">{t("As the phone")}</option><option value="light">{t("Light")}</option><option value="dark">{t("Dark")}</option>
    </select></label></div>
  );
}

function watchLine(act: () => void): () => void {
  addEventListener("online", act);
  addEventListener("offline", act);
  return () => {
    removeEventListener("online", act);
    removeEventListener("offline", act);
  };
}

/** Says so when the line is gone; what was typed stays. */
function Offline() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(watchLine, () => navigator.onLine);
  return online ? null : <div className="b-offline" role="status">{t("No connection. What you typed is kept; you can go on when it is back.")}</div>;
}

/** Pages for people who are signed in; others sign in first and come back. */
export function SignedIn({ children }: { children: ReactNode }) {
  const { signedIn } = useBorrower();
  const { path } = useAddress();
  useEffect(() => {
    if (!signedIn) go(`/borrower/sign-in?then=${encodeURIComponent(path)}`, true);
  }, [signedIn, path]);
  return signedIn ? children : null;
}
