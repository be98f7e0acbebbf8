import { defineConfig } from "@playwright/test";
import type { Database } from "./support/books.js";

const flags = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
];
// Chromium's own sandbox does not start for root, which is who a container's tests usually are.
if (process.getuid?.() === 0) flags.push("--no-sandbox");

export default defineConfig<{ database: Database }>({
  testDir: "tests",
  outputDir: "results",
  timeout: 180_000,
  expect: { timeout: 15_000 },
  fullyParallel: false,
  workers: 2,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: process.env["SETTLEBOOK_CHROMIUM"] ?? "/usr/bin/chromium", args: flags },
    viewport: { width: 1280, height: 800 },
    locale: "en",
    trace: "retain-on-failure",
    actionTimeout: 15_000,
  },
  projects: [
    { name: "sqlite", testMatch: "story.spec.ts", use: { database: "sqlite" } },
    { name: "postgres", testMatch: "story.spec.ts", use: { database: "postgres" } },
    { name: "screens", testMatch: "screens.spec.ts", use: { database: "sqlite" } },
  ],
});
