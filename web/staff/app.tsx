import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLender, whenSignedOut } from "../api/client.ts";
import { queryClient } from "../api/hooks.ts";
import { setRegion } from "../ui/format.ts";
import { Waiting } from "../ui/loaded.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { router } from "./routes.tsx";
import { SessionProvider, useSessionQuery } from "./session.tsx";
import { SignIn } from "./shell/sign-in.tsx";

const IDLE_MINUTES = 20;
useLender(localStorage.getItem("lw.lender") ?? "");

/** Sign-in first, then the console; an ended session returns to sign-in and then to the same address. */
export function StaffApp() {
  const { t } = useTranslation();
  const { session, problem } = useSessionQuery();
  const [out, setOut] = useState<"no" | "asked" | "ended">("no");
  const ended = () => {
    queryClient.clear();
    setOut("asked");
  };
  useEffect(() => whenSignedOut(() => setOut((before) => (before === "no" ? "ended" : before))), []);
  const idle = useIdle(session !== undefined && out === "no", ended);
  if (out !== "no" || problem?.code === "session.missing") {
    const note = idle ? t("You were signed out after {{n}} minutes without a touch.", { n: IDLE_MINUTES }) : undefined;
    return <SignIn note={note} onDone={() => {
      queryClient.clear();
      setOut("no");
    }} />;
  }
  if (problem !== null) return <main className="page"><ProblemNotice problem={problem} /></main>;
  if (session === undefined) return <main className="page"><Waiting /></main>;
  setRegion(session.lender.country);
  return <SessionProvider session={session}><RouterProvider router={router} context={{ onSignedOut: ended }} /></SessionProvider>;
}

/** Ends the session on the server after some minutes without a key or a touch. */
function useIdle(watching: boolean, onIdle: () => void): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    if (!watching) return;
    let last = performance.now();
    const touch = () => {
      last = performance.now();
    };
    const events = ["pointerdown", "keydown", "scroll"] as const;
    for (const name of events) addEventListener(name, touch, { passive: true });
    const timer = setInterval(() => {
      if (performance.now() - last < IDLE_MINUTES * 60_000) return;
      setIdle(true);
      void fetch("/v1/sign-outs", { method: "POST", credentials: "same-origin" }).finally(onIdle);
    }, 15_000);
    return () => {
      clearInterval(timer);
      for (const name of events) removeEventListener(name, touch);
    };
  }, [watching]);
  return idle;
}
