import { useMantineColorScheme } from "@mantine/core";
import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand } from "../../api/hooks.ts";
import { chooseLanguage, LANGUAGES } from "../../i18n/index.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { formatDate, humanise } from "../../ui/format.ts";
import { lettersOn, setLetters, useLiveShortcuts, useShortcuts } from "../kit/keys.ts";
import { useSession } from "../session.tsx";
import { JobsTray } from "./jobs-tray.tsx";
import { NAV } from "./nav.ts";
import { Palette } from "./palette.tsx";
import "./shell.css";

/** Header, rail and the current screen. Lender, environment and business date are always in sight. */
export function Shell({ onSignedOut }: { onSignedOut: () => void }) {
  const { t } = useTranslation();
  const { me, lender, may } = useSession();
  const [menu, setMenu] = useState(false);
  const [layer, setLayer] = useState<"palette" | "keys" | "me" | null>(null);
  const navigate = useNavigate();
  const location = useLocation();
  const places = NAV.map((g) => ({ ...g, places: g.places.filter((p) => may(p.permission) && (p.half === undefined || lender.mode === "unified" || lender.mode === p.half)) })).filter((g) => g.places.length > 0);
  useEffect(() => setMenu(false), [location.pathname]);
  useShortcuts([
    { keys: "mod+k", label: t("Command palette"), group: "Everywhere", act: () => setLayer("palette") },
    { keys: "?", label: t("Keyboard shortcuts"), group: "Everywhere", act: () => setLayer("keys") },
    ...places.flatMap((g) => g.places).flatMap((p) => (p.letter === undefined ? [] : [{ keys: `g ${p.letter}`, label: t(p.label), group: "Go to", act: () => void navigate({ to: p.to }) }])),
  ]);
  return (
    <div className="shell">
      <a className="skip" href="#content">{t("Skip to content")}</a>
      <header className="shell-head no-print">
        <button type="button" className="icon-button burger" aria-label={t("Menu")} aria-expanded={menu} onClick={() => setMenu(!menu)}>☰</button>
        <Link to="/" className="word" aria-label="Loanwright"><img src="/mark.svg" alt="" width="22" height="22" /><span className="wide">Loanwright</span></Link>
        <span className="chip wide">{lender.name}</span>
        {lender.environment === "sandbox" && <span className="chip env">{t("Sandbox")}</span>}
        <span className="chip" title={t("The day the books are on")}>{formatDate(lender.businessDate)}</span>
        <button type="button" className="icon-button finder" aria-keyshortcuts="Control+K" onClick={() => setLayer("palette")}><span>⌕ <span className="wide">{t("Find or do")}</span></span><kbd className="wide">Ctrl K</kbd></button>
        <JobsTray />
        <button type="button" className="icon-button wide" aria-label={t("Keyboard shortcuts")} onClick={() => setLayer("keys")}>?</button>
        <button type="button" className="icon-button" onClick={() => setLayer("me")} aria-label={`${initials(me.name)}, ${t("{{name}}: language, appearance, sign out", { name: me.name })}`}><span>{initials(me.name)}</span></button>
      </header>
      <nav className={menu ? "rail open no-print" : "rail no-print"} aria-label={t("Main")}>
        {places.map((group) => (
          <div key={group.title}>
            <h2>{t(group.title)}</h2>
            {group.places.map((p) => <Link key={p.to} to={p.to} activeOptions={{ exact: p.to === "/" || places.some((g) => g.places.some((o) => o.to.startsWith(`${p.to}/`))), includeSearch: false }} activeProps={{ "aria-current": "page" }}>{t(p.label)}</Link>)}
          </div>
        ))}
      </nav>
      <main id="content" tabIndex={-1}><Outlet /></main>
      <Palette open={layer === "palette"} onClose={() => setLayer(null)} places={places} />
      <Dialog title={t("Keyboard shortcuts")} open={layer === "keys"} onClose={() => setLayer(null)}><Keys /></Dialog>
      <Dialog side title={me.name} open={layer === "me"} onClose={() => setLayer(null)}><MePanel onSignedOut={onSignedOut} /></Dialog>
    </div>
  );
}

function initials(name: string): string {
  return name.split(" ").map((w) => w.charAt(0)).slice(0, 2).join("");
}

function Keys() {
  const { t } = useTranslation();
  const live = useLiveShortcuts();
  const groups = [...new Set(live.map((s) => s.group ?? "This screen"))];
  const [on, setOn] = useState(lettersOn());
  return (
    <div className="stack">
      {groups.map((g) => (
        <section key={g}><h3>{t(g)}</h3>
          <table className="grid"><tbody>{live.filter((s) => (s.group ?? "This screen") === g).filter((s, i, all) => all.findIndex((o) => o.keys === s.keys) === i).map((s) => <tr key={s.keys}><td style={{ width: 110 }}>{s.keys.replace("mod+", "Ctrl/⌘ + ").split(" ").map((k) => <kbd key={k} style={{ marginRight: 4 }}>{k}</kbd>)}</td><td>{s.label}</td></tr>)}</tbody></table>
        </section>
      ))}
      <label className="row"><input type="checkbox" checked={on} onChange={(e) => {
        setLetters(e.currentTarget.checked);
        setOn(e.currentTarget.checked);
      }} />{t("Single-letter shortcuts")}</label>
    </div>
  );
}

function MePanel({ onSignedOut }: { onSignedOut: () => void }) {
  const { t, i18n } = useTranslation();
  const { me, lender } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [density, setDensity] = useState(document.documentElement.dataset["density"] ?? "tight");
  const out = useCommand<undefined>("/sign-outs", { onDone: onSignedOut, quiet: true });
  const choices = (label: string, value: string, options: readonly (readonly [string, string])[], choose: (v: string) => void) => (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <legend className="muted" style={{ fontSize: 12, padding: 0 }}>{label}</legend>
      <div className="row">{options.map(([v, name]) => <label key={v} className="row" style={{ gap: 4, minHeight: 28 }}><input type="radio" name={label} checked={value === v} onChange={() => choose(v)} />{name}</label>)}</div>
    </fieldset>
  );
  return (
    <div className="stack">
      <p className="muted">{me.roles.map((r) => t(humanise(r))).join(", ")} · {lender.name}</p>
      {choices(t("Language"), i18n.language, LANGUAGES.map((l) => [l.code, l.name] as const), (v) => void chooseLanguage(v))}
      {choices(t("Appearance"), colorScheme, [["light", t("Light")], ["dark", t("Dark")], ["auto", t("As the system")]], (v) => setColorScheme(v as "light"))}
      {choices(t("Rows"), density, [["tight", t("Tight")], ["roomy", t("Roomy")]], (v) => {
        document.documentElement.dataset["density"] = v;
        localStorage.setItem("lw.density", v);
        setDensity(v);
      })}
      <div><button type="button" className="token" onClick={() => void out.run(undefined)}>{t("Sign out")}</button></div>
    </div>
  );
}
