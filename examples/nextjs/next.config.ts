import path from "node:path";
import type { NextConfig } from "next";

export default {
  // A POST is never redirected, whatever `trailingSlash` says.
  skipTrailingSlashRedirect: true,
  // The popup kit is a folder of this repository.
  turbopack: { root: path.join(import.meta.dirname, "../..") },
  // The callback page: NICE returns to the origin of the shop's page.
  headers: async () => [{
    source: "/verification/:file",
    headers: [
      {
        key: "Content-Security-Policy",
        value: "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; "
          + "form-action 'none'; frame-ancestors 'none'",
      },
      { key: "Referrer-Policy", value: "no-referrer" },
      { key: "Cache-Control", value: "no-store" },
    ],
  }],
} satisfies NextConfig;
