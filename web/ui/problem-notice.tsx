import { CopyButton } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ApiProblem } from "../api/client.ts";
import { humanise } from "./format.ts";

/** A refusal as people need it: what, why, what to do, and an id to quote. Takes the focus, so that nobody misses it. */
export function ProblemNotice({ problem, onRetry, focus = true, labelOf }: { problem: ApiProblem | null | undefined; onRetry?: () => void; focus?: boolean; labelOf?: (pointer: string) => string | undefined }) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problem && focus) place.current?.focus();
  }, [problem, focus]);
  if (!problem) return null;
  // A detail is written by the server in English, with figures in it; beside a translated title it would be a foreign body.
  const foreign = i18n.language !== "en" && i18n.exists(problem.title) && !i18n.exists(problem.message);
  const id = problem.instance?.replace("/requests/", "");
  return (
    <div ref={place} className="notice bad" role="alert" tabIndex={-1}>
      <strong>{t(problem.title)}</strong>
      {problem.message !== problem.title && !foreign && <p>{t(problem.message)}</p>}
      {problem.errors.length > 0 && (
        <ul style={{ paddingLeft: 18 }}>
          {problem.errors.map((e) => <li key={`${e.pointer}${e.code}`}><a href={`#${fieldId(e.pointer)}`} onClick={(event) => focusField(event, e.pointer)}>{labelOf?.(e.pointer) ?? t(humanise(e.pointer.replaceAll("/", " ")))}</a>: {t(e.detail)}</li>)}
        </ul>
      )}
      {problem.fix !== undefined && <p className="muted">{t(problem.fix)}</p>}
      <p className="row muted" style={{ fontSize: 12, marginTop: 4 }}>
        <span className="mono">{problem.code}</span>
        {id !== undefined && <CopyButton value={id}>{({ copied, copy }) => <button type="button" className="quiet-button mono" style={{ textDecoration: "underline", minHeight: 24 }} onClick={copy}>{copied ? t("Copied") : id}</button>}</CopyButton>}
        {onRetry !== undefined && <button type="button" className="quiet-button" style={{ textDecoration: "underline", color: "var(--lw-accent)", minHeight: 24 }} onClick={onRetry}>{t("Try again")}</button>}
      </p>
    </div>
  );
}

/** The element id of a field named by a JSON pointer. */
export function fieldId(pointer: string): string {
  return `f-${pointer.replace(/^\//, "").replaceAll("/", "-")}`;
}

function focusField(event: React.MouseEvent, pointer: string): void {
  const field = document.getElementById(fieldId(pointer));
  if (field === null) return;
  event.preventDefault();
  field.focus();
}

/** What a refusal says about one field. */
export function fieldError(problem: ApiProblem | null | undefined, pointer: string): string | undefined {
  return problem?.errors.find((e) => e.pointer === pointer || e.pointer.startsWith(`${pointer}/`))?.detail;
}
