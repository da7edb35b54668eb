import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/sojourn/studio",
    emptyOutDir: true,
    manifest: true,
    sourcemap: false,
    modulePreload: { polyfill: false },
  },
  // The page's addresses are known only when it is served; its parts find one another from where they are.
  experimental: {
    renderBuiltUrl: (name, { hostType }) => (hostType === "html" ? `/${name}` : { relative: true }),
  },
  server: {
    fs: { allow: [".", "../web-sdk"] },
    proxy: { "/api": process.env.SOJOURN_URL ?? "http://127.0.0.1:8080" },
  },
  test: { environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}", "../web-sdk/test/**/*.test.ts"] },
});
