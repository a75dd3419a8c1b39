import { defineConfig } from "vite";

// Where `member-verification serve --sandbox` or deploy/compose listens.
const service = process.env.MEMBER_VERIFICATION ?? "http://127.0.0.1:8080";

export default defineConfig({
  server: {
    proxy: {
      // The API, and the callback page: that has to be on the page's own origin.
      "/api/member": service,
      // The popup kit.
      "/popup.js": service,
    },
  },
});
