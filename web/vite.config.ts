import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  worker: { format: "es" },
  build: { outDir: "../src/tanheng/serve/static", emptyOutDir: true, chunkSizeWarningLimit: 1200 },
  // the palette is read from the package's own list
  server: { fs: { allow: [".."] }, proxy: { "/api": "http://127.0.0.1:8000", "/openapi.json": "http://127.0.0.1:8000" } },
  test: { environment: "jsdom" },
});
