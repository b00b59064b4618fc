import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLender } from "../../api/client.ts";
import { useCommand } from "../../api/hooks.ts";
import { chooseLanguage, LANGUAGES } from "../../i18n/index.ts";
import { fieldError, ProblemNotice } from "../../ui/problem-notice.tsx";
import "./shell.css";

/** Lender, e-mail, password, and the authenticator's code when the user has one. Paste works everywhere. */
export function SignIn({ onDone, note }: { onDone: () => void; note?: string }) {
  const { t } = useTranslation();
  const [lender, setLender] = useState(new URLSearchParams(location.search).get("lender") ?? localStorage.getItem("lw.lender") ?? "");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const signIn = useCommand<unknown>("/staff-sign-ins", { onDone, quiet: true });
  const second = signIn.problem?.code === "sign_in.second_factor_needed" || code !== "";
  const act = (event: FormEvent) => {
    event.preventDefault();
    localStorage.setItem("lw.lender", lender.trim());
    useLender(lender.trim());
    void signIn.run({ email: email.trim(), password, ...(code === "" ? {} : { totpCode: code.replaceAll(" ", "") }) });
  };
  return (
    <div className="sign-in">
      <aside><img src="/mark.svg" alt="" width="44" height="44" /><p>{t("Every figure can say how it came about.")}</p></aside>
      <main>
        <form onSubmit={act} className="stack">
          <h1>{t("Sign in to the console")}</h1>
          {note !== undefined && <div className="notice info" role="status">{note}</div>}
          {signIn.problem?.code === "sign_in.second_factor_needed" ? <div className="notice info" role="status">{t("Your password is right. Now type the six digits your authenticator shows.")}</div> : <ProblemNotice problem={signIn.problem} />}
          <TextInput label={t("Lender")} description={t("Its short name, for instance bharat")} required autoComplete="organization" value={lender} onChange={(e) => setLender(e.currentTarget.value)} />
          <TextInput label={t("E-mail")} type="email" required autoComplete="username" value={email} error={fieldError(signIn.problem, "/email")} onChange={(e) => setEmail(e.currentTarget.value)} />
          <PasswordInput label={t("Password")} required autoComplete="current-password" value={password} onChange={(e) => setPassword(e.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t("Show the password") }} />
          {second && <TextInput label={t("Code from your authenticator")} required inputMode="numeric" autoComplete="one-time-code" maxLength={7} value={code} onChange={(e) => setCode(e.currentTarget.value)} autoFocus />}
          <Button type="submit" loading={signIn.pending} fullWidth>{t("Sign in")}</Button>
          <div className="row">{LANGUAGES.map((l) => <button type="button" key={l.code} className="quiet-button" style={{ textDecoration: "underline", minHeight: 24 }} lang={l.code} onClick={() => void chooseLanguage(l.code)}>{l.name}</button>)}</div>
        </form>
      </main>
    </div>
  );
}
