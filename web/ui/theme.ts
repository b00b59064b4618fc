import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** Petrol ink: the colour of acts and links. */
const petrol: MantineColorsTuple = ["#e8f4f2", "#d2e7e4", "#a5cfca", "#74b5ad", "#4b9e95", "#2c877e", "#187066", "#0f5f57", "#0b4d47", "#083c38"];
/** Copper: the mark of where you are. Never the only sign of anything. */
const copper: MantineColorsTuple = ["#fdf3e9", "#f8e4d0", "#efc8a2", "#e6ab72", "#df944b", "#d98b4a", "#b9692b", "#96511d", "#743d14", "#532a0c"];
/** Night: a dark scheme with a trace of green, so that both schemes are one family. */
const dark: MantineColorsTuple = ["#e4e9e6", "#c3ccc8", "#a3afaa", "#7d8a85", "#4c5a55", "#34413d", "#26312e", "#1b2422", "#141b19", "#0e1312"];

/** Small corners, small type, tight controls: many figures on a page, and none of them shouting. */
export const theme = createTheme({
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  colors: { petrol, copper, dark },
  defaultRadius: "sm",
  radius: { xs: "2px", sm: "3px", md: "5px", lg: "8px", xl: "12px" },
  fontFamily: "\"Inter\", \"Segoe UI\", \"Noto Sans\", \"Noto Sans Devanagari\", system-ui, -apple-system, sans-serif",
  fontFamilyMonospace: "ui-monospace, \"SF Mono\", \"Cascadia Mono\", \"Noto Sans Mono\", monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  headings: { fontWeight: "620", sizes: { h1: { fontSize: "20px", lineHeight: "1.25" }, h2: { fontSize: "15px", lineHeight: "1.3" }, h3: { fontSize: "13.5px", lineHeight: "1.35" } } },
  focusRing: "always",
});

/** Mantine's own variables, set from our tokens (tokens.css), so that no component keeps its stock look. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--lw-paper)", "--mantine-color-text": "var(--lw-ink)", "--mantine-color-dimmed": "var(--lw-muted)", "--mantine-color-default": "var(--lw-surface)",
    "--mantine-color-default-border": "var(--lw-line-strong)", "--mantine-color-default-hover": "var(--lw-hover)", "--mantine-color-placeholder": "var(--lw-muted)", "--mantine-color-anchor": "var(--lw-accent)",
    "--mantine-color-error": "var(--lw-bad)",
  };
  return { variables: {}, light: shared, dark: shared };
};
