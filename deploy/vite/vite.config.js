import { defineConfig } from "vite";

// Where `member-verification serve --sandbox` or deploy/compose listens.
const service = process.env.MEMBER_VERIFICATION ?? "http://127.0.0.1:8080";
// Where the shop's own server listens, such as examples/express: http://127.0.0.1:3000
const shop = process.env.SHOP;

// What that server does: it begins and keeps each reqNo, and has results opened
// (docs/shop-server.md). The page's paths are those of README.md, its own are the example's.
const ofShop = {
  "/api/member/v1/member/getOAuthToken": {
    target: shop,
    rewrite: (path) => path.replace("/api/member", "/api"),
  },
  "/members/verified": { target: shop, rewrite: () => "/verified" },
};

export default defineConfig({
  server: {
    proxy: {
      // In front of the service: the first that fits is taken.
      ...(shop ? ofShop : {}),
      // The API, and the callback page: that has to be on the page's own origin.
      "/api/member": service,
      // The popup kit.
      "/popup.js": service,
    },
  },
});
