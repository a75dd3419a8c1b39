// A shop's server: it begins verifications, keeps each reqNo, and has results opened.
import { fileURLToPath } from "node:url";
import express from "express";
import session from "express-session";

const service = process.env.VERIFICATION ?? "http://127.0.0.1:8080";
const apiKey = process.env.RESULT_API_KEY; // the sandbox needs none
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const app = express();
app.use(express.json());
app.use(session({
  secret: process.env.SESSION_SECRET ?? "only for this machine",
  resave: false,
  saveUninitialized: false,
  cookie: { httpOnly: true, sameSite: "lax" },
}));

// Asks the service. Nothing repeats it: a result opens once.
async function call(path, body) {
  try {
    const answer = await fetch(`${service}/v1/member/${path}`, {
      method: "POST",
      cache: "no-store",
      headers: { "content-type": "application/json", ...(apiKey && { "x-api-key": apiKey }) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const window = answer.headers.get("x-nice-window-url") ?? "";
    return { status: answer.status, said: await answer.json(), window };
  } catch (error) {
    console.error(error);
    return { status: 502, said: { message: "본인인증 서비스에 연결할 수 없습니다." }, window: "" };
  }
}

// The popup kit calls this route as if it were the service.
app.post("/api/v1/member/getOAuthToken", async (request, response) => {
  const { status, said, window } = await call("getOAuthToken", request.body ?? {});
  if (status === 200) {
    // By token_version_id, a few: two tabs are two verifications of one session.
    const kept = [...(request.session.begun ?? []), [said.token_version_id, said.reqNo]];
    request.session.begun = kept.slice(-8);
    // Without it the kit can't tell the sandbox's window from NICE's.
    response.set("x-nice-window-url", window);
  }
  response.status(status).json(said);
});

// What came back through the browser is opened with the reqNo that did not.
app.post("/verified", async (request, response) => {
  const { token_version_id, enc_data, integrity_value } = request.body ?? {};
  const begun = (request.session.begun ?? []).find(([id]) => id === token_version_id);
  if (!begun) return response.status(403).json({ message: "이 세션에서 시작한 본인인증이 아닙니다." });
  const reqNo = begun[1];
  const { status, said } = await call("getVerificationResult", {
    token_version_id, enc_data, integrity_value, reqNo,
  });
  if (status !== 200) return response.status(status).json({ message: said.message });
  // A live shop refuses the sandbox's people: sitecode, responseno, ci, di begin with SANDBOX.
  request.session.person = { name: said.name, ci: said.ci };
  response.json({ name: said.name });
});

// The kit, and its callback page: NICE returns to the origin of the shop's page.
app.use("/verification", express.static(here("../../clients/popup"), {
  setHeaders: (response) => response.set({
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  }),
}));
app.get("/", (_, response) => response.sendFile(here("../index.html")));

const listening = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`http://localhost:${listening.address().port}`);
});
