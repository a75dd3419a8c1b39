// What the shop's server knows: the service, and the session of each browser.
import { getIronSession } from "iron-session";
import { cookies } from "next/headers";

const service = process.env.VERIFICATION ?? "http://127.0.0.1:8080";
const apiKey = process.env.RESULT_API_KEY; // the sandbox needs none
const secret = process.env.SESSION_SECRET; // 32 characters or more

type Sealed = {
  /** `token_version_id` and `reqNo`, a few: two tabs are two verifications of one session. */
  begun?: [string, string][];
  person?: { name: string; ci?: string };
};

/** A cookie that the server alone can read: a module's variables differ from route to route. */
export const session = async () => getIronSession<Sealed>(await cookies(), {
  cookieName: "shop",
  password: secret ?? "only for this machine, nowhere else",
  cookieOptions: { secure: secret !== undefined },
});

/** Asks the service. Nothing repeats it: a result opens once. */
export async function call(path: string, body: unknown) {
  try {
    const answer = await fetch(`${service}/v1/member/${path}`, {
      method: "POST",
      // Each call is one person's own.
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

/** What the page sent: an object of JSON, or nothing. */
export async function sent(request: Request): Promise<Record<string, unknown>> {
  const body: unknown = await request.json().catch(() => null);
  return typeof body === "object" && body !== null ? { ...body } : {};
}
