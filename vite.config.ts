import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // Addresses inside of the bundle are relative: it works under any STATIC_URL.
  base: "./",
  publicDir: false,
  build: {
    outDir: here("src/tropa/web/static/web"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // A data: address would be refused by the content security policy in places, and is not cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // htmx can evaluate attributes; the policy of the pages forbids it and the shell switches it off.
      checks: { eval: false },
      input: {
        main: here("src/tropa/web/front/main.ts"),
        icons: here("src/tropa/web/front/icons/icons.svg"),
        favicon: here("src/tropa/web/front/icons/favicon.svg"),
      },
      // Twelve hexadecimal digits: WhiteNoise takes such names for files that never change.
      output: {
        hashCharacters: "hex",
        entryFileNames: "[name].[hash:12].js",
        chunkFileNames: "[name].[hash:12].js",
        assetFileNames: "[name].[hash:12][extname]",
      },
    },
  },
});
