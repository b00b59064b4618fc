import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Two pages in one build: the staff console (/staff/) and the borrower app (/). Every file but the two pages carries a hash in
 * its name; nothing is inlined, so that the server's content security policy needs no exception for scripts.
 */
export default defineConfig({
  root: here("."),
  base: "/",
  publicDir: here("./public"),
  plugins: [react()],
  build: {
    outDir: here("./dist"),
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: { input: { staff: here("./staff/index.html"), borrower: here("./borrower/index.html") } },
  },
  server: { port: 5173, proxy: { "/v1": "http://127.0.0.1:8080", "/documents": "http://127.0.0.1:8080" } },
});
