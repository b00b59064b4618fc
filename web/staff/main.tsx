import "@mantine/core/styles.css";
import "../ui/tokens.css";
import "../ui/kit.css";
import { MantineProvider, localStorageColorSchemeManager } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { queryClient } from "../api/hooks.ts";
import { startTexts } from "../i18n/index.ts";
import { cssVariables, theme } from "../ui/theme.ts";
import { StaffApp } from "./app.tsx";
import { listenForKeys } from "./kit/keys.ts";

document.documentElement.dataset["density"] = localStorage.getItem("lw.density") ?? "tight";
listenForKeys();
await startTexts({ hi: () => import("../i18n/hi-staff.ts") });
const scheme = localStorageColorSchemeManager({ key: "lw.scheme" });
createRoot(document.getElementById("root") as HTMLElement).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" colorSchemeManager={scheme}>
    <QueryClientProvider client={queryClient}><StaffApp /></QueryClientProvider>
  </MantineProvider>,
);
