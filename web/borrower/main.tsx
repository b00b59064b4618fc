import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/Button.css";
import "@mantine/core/styles/Loader.css";
import "@mantine/core/styles/Input.css";
import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Checkbox.css";
import "@mantine/core/styles/CloseButton.css";
import "../ui/tokens.css";
import "../ui/kit.css";
import "./borrower.css";
import { MantineProvider, localStorageColorSchemeManager } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { queryClient } from "../api/hooks.ts";
import { startTexts } from "../i18n/index.ts";
import { cssVariables, theme } from "../ui/theme.ts";
import { BorrowerApp } from "./app.tsx";

await startTexts({ hi: async () => {
  const [own, problems] = await Promise.all([import("../i18n/hi-borrower.ts"), import("../i18n/hi-problems.ts")]);
  return { default: { ...own.default, ...problems.default } };
} });
const scheme = localStorageColorSchemeManager({ key: "lw.scheme" });
createRoot(document.getElementById("root") as HTMLElement).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" colorSchemeManager={scheme}>
    <QueryClientProvider client={queryClient}><BorrowerApp /></QueryClientProvider>
  </MantineProvider>,
);
