import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// `npx vite` serves the page while it is worked on and asks the server on its usual port.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "es2022",
    // Everything is a file of our own: the page's policy allows no data: scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8080" } },
});
