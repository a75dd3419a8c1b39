import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const baseUrl = process.env.SERVICE_API ?? "http://127.0.0.1:8080/api/member";
const client = createClient<paths>({ baseUrl });
const { data, error, response } = await client.POST("/v1/member/getOAuthToken", {
  body: { authtype: "M", returnurl: process.argv[2] },
});
if (data) {
  console.log("begun:", data.reqNo, response.headers.get("x-nice-window-url"));
} else {
  console.log("refused:", response.status, error.payload, error.message);
  for (const { field, message } of error.errors ?? []) console.log(`- ${field}: ${message}`);
}
