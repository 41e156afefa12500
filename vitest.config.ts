import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["src/tropa/*/front/**/*.test.ts"], environment: "node" } });
