import { defineConfig } from "vite";

// Where `member-verification serve --sandbox` or deploy/compose listens.
const service = process.env.MEMBER_VERIFICATION ?? "http://127.0.0.1:8080";

export default defineConfig({
  server: {
    proxy: {
      // Where the shop's own server begins and keeps each reqNo (docs/shop-server.md), and
      // has results opened. In front of the next entry: the first that fits is taken.
      // "/api/member/v1/member/getOAuthToken": "http://127.0.0.1:3000",
      // "/members/": "http://127.0.0.1:3000",
      // The API, and the callback page: that has to be on the page's own origin.
      "/api/member": service,
      // The popup kit.
      "/popup.js": service,
    },
  },
});
