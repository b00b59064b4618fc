import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { queryClient, useCommand } from "../../api/hooks.ts";
import { fieldError, ProblemNotice } from "../../ui/problem-notice.tsx";
import { go, useAddress } from "../router.tsx";
import { useBorrower } from "../session.tsx";

/** A code to the phone or the mailbox; nothing to remember. */
export function SignInPage() {
  const { query } = useAddress();
  const then = query.get("then") ?? "/borrower/home";
  return <SignIn onDone={() => go(then.startsWith("/") && !then.startsWith("//") ? then : "/borrower/home", true)} />;
}

export function SignIn({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { lender } = useBorrower();
  const [typed, setTyped] = useState("");
  const [code, setCode] = useState("");
  const channel = typed.includes("@") ? "email" : "sms";
  const address = channel === "email" ? typed.trim() : international(typed, lender.country);
  const ask = useCommand<unknown, { codeId: string; expiresAt: string }>("/borrower-codes", { quiet: true });
  const enter = useCommand<unknown>("/borrower-sign-ins", { quiet: true, onDone: () => {
    void queryClient.resetQueries().then(onDone);
  } });
  const sent = ask.result;
  const actAsk = (event: FormEvent) => {
    event.preventDefault();
    void ask.run({ channel, address });
  };
  const actEnter = (event: FormEvent) => {
    event.preventDefault();
    void enter.run({ codeId: sent?.codeId, code: code.replaceAll(/\D/g, "") });
  };
  if (sent === undefined) {
    return (
      <form className="b-stack" onSubmit={actAsk}>
        <div><h1>{t("Sign in with a code")}</h1><p className="muted">{t("We send six digits to your phone or mailbox. There is no password to forget.")}</p></div>
        <ProblemNotice problem={ask.problem} />
        <TextInput id="f-address" label={t("Mobile number or e-mail")} required autoComplete="username" value={typed} error={fieldError(ask.problem, "/address")} onChange={(e) => setTyped(e.currentTarget.value)} autoFocus />
        <Button type="submit" loading={ask.pending}>{t("Send me a code")}</Button>
      </form>
    );
  }
  return (
    <form className="b-stack" onSubmit={actEnter}>
      <div><h1>{t("Enter the code")}</h1><p className="muted">{t("Sent to {{address}}. It is good for ten minutes.", { address })}</p></div>
      <ProblemNotice problem={enter.problem} />
      <TextInput label={t("Six digits")} required inputMode="numeric" autoComplete="one-time-code" maxLength={9} value={code} onChange={(e) => setCode(e.currentTarget.value)} autoFocus />
      <div className="b-actions">
        <Button type="submit" loading={enter.pending}>{t("Sign in")}</Button>
        <Button variant="default" onClick={() => {
          setCode("");
          enter.reset();
          ask.reset();
        }}>{t("Use another address or ask again")}</Button>
      </div>
    </form>
  );
}

/** A number typed without its country code is one of the lender's country. */
function international(typed: string, country: string): string {
  const digits = typed.replaceAll(/[\s()-]/g, "");
  if (digits.startsWith("+")) return digits;
  return `${country === "IN" ? "+91" : "+1"}${digits.replace(/^0/, "")}`;
}
