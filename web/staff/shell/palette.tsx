import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../../api/hooks.ts";
import type { PageOf } from "../kit/data-table.tsx";
import { useLiveShortcuts } from "../kit/keys.ts";
import { useSession } from "../session.tsx";
import type { Place } from "./nav.ts";

interface Hit { readonly id: string; readonly label: string; readonly hint: string; readonly act: () => void }

const KINDS: readonly (readonly [RegExp, (id: string) => string])[] = [
  [/^la_\w+$/, (id) => `/loans/${id}`], [/^app_\w+$/, (id) => `/applications/${id}`], [/^pty_\w+$/, (id) => `/parties/${id}`], [/^cs_\w+$/, (id) => `/collections/${id}`],
  [/^je_\w+$/, (id) => `/ledger/journal/${id}`], [/^prv_\w+$/, (id) => `/products/${id}`], [/^LN\d{4,}$/i, (id) => `/loans?q=${id.toUpperCase()}`],
];

/** Ctrl/⌘ K: go to a place, do what the screen can (>), find by id (#) or by name (@). */
export function Palette({ open, onClose, places }: { open: boolean; onClose: () => void; places: readonly { title: string; places: readonly Place[] }[] }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) place.current?.showModal();
    else place.current?.close();
  }, [open]);
  return (
    <dialog ref={place} className="layer palette" aria-label={t("Command palette")} onClose={onClose} onClick={(e) => e.target === place.current && onClose()}>
      {open && <PaletteBody onClose={onClose} places={places} />}
    </dialog>
  );
}

function PaletteBody({ onClose, places }: { onClose: () => void; places: readonly { title: string; places: readonly Place[] }[] }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const hits = useHits(text, places, onClose);
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % Math.max(hits.length, 1));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      hits[at]?.act();
    }
  };
  return (
    <>
      <input autoFocus role="combobox" aria-expanded aria-controls="palette-hits" aria-activedescendant={hits[at] === undefined ? undefined : `hit-${at}`} aria-label={t("Command palette")} placeholder={t("Go to, > act, # id, @ name")} value={text} onKeyDown={keys} onChange={(e) => {
        setText(e.currentTarget.value);
        setAt(0);
      }} />
      <ul id="palette-hits" role="listbox" aria-label={t("Results")}>
        {hits.map((hit, i) => <li key={hit.id} id={`hit-${i}`} role="option" aria-selected={i === at} onMouseMove={() => setAt(i)} onClick={hit.act}><span>{hit.label}</span><span className="muted">{hit.hint}</span></li>)}
        {hits.length === 0 && <li role="option" aria-selected={false} aria-disabled className="muted">{t("Nothing found.")}</li>}
      </ul>
    </>
  );
}

function useHits(text: string, places: readonly { title: string; places: readonly Place[] }[], onClose: () => void): readonly Hit[] {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const acts = useLiveShortcuts();
  const mark = /^[>#@]/.exec(text)?.[0] ?? "";
  const word = text.slice(mark.length).trim();
  const search = word.length >= 2 && mark !== ">" && mark !== "#" ? word : null;
  const people = useGet<PageOf<{ id: string; displayName: string }>>(search !== null && may("party.record.read") ? "/parties" : null, { q: search, limit: 6 }, { keep: true });
  const loans = useGet<PageOf<{ id: string; number: string; borrowerName?: string }>>(search !== null && mark === "" && may("loan.account.read") ? "/loan-accounts" : null, { q: search, limit: 6 }, { keep: true });
  return useMemo(() => {
    const go = (to: string) => () => {
      onClose();
      void navigate({ href: `/staff${to}` });
    };
    const fits = (label: string) => label.toLowerCase().includes(word.toLowerCase());
    const ids = KINDS.flatMap(([form, to]) => (form.test(word) ? [{ id: word, label: word, hint: t("Open"), act: go(to(word)) }] : []));
    const to = mark === "" ? places.flatMap((g) => g.places).filter((p) => fits(t(p.label))).map((p) => ({ id: p.to, label: t(p.label), hint: t("Go to"), act: go(p.to) })) : [];
    const does = mark === "" || mark === ">" ? acts.filter((a) => a.group !== "Go to" && a.keys !== "mod+k" && fits(a.label)).map((a) => ({ id: `act ${a.keys} ${a.label}`, label: a.label, hint: a.keys, act: () => {
      onClose();
      setTimeout(a.act);
    } })) : [];
    const found = search === null ? [] : [
      ...(loans.data?.items ?? []).map((l) => ({ id: l.id, label: [l.number, l.borrowerName].filter(Boolean).join(" · "), hint: t("Loan"), act: go(`/loans/${l.id}`) })),
      ...(people.data?.items ?? []).map((p) => ({ id: p.id, label: p.displayName, hint: t("Person"), act: go(`/parties/${p.id}`) })),
    ];
    return [...ids, ...to, ...found, ...(word === "" && mark === "" ? [] : does)].slice(0, 40);
  }, [text, people.data, loans.data, acts]);
}
