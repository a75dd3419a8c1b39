// The popup kit calls this route as if it were the service.
import { call, sent, session } from "@/shop";

export async function POST(request: Request) {
  const { status, said, window } = await call("getOAuthToken", await sent(request));
  if (status !== 200) return Response.json(said, { status });
  const shop = await session();
  shop.begun = [...(shop.begun ?? []), [said.token_version_id, said.reqNo] as [string, string]].slice(-8);
  await shop.save();
  // Without the header the kit can't tell the sandbox's window from NICE's.
  return Response.json(said, { headers: { "x-nice-window-url": window } });
}
