// What came back through the browser is opened with the reqNo that did not.
import { call, sent, session } from "@/shop";

export async function POST(request: Request) {
  const { token_version_id, enc_data, integrity_value } = await sent(request);
  const shop = await session();
  const reqNo = shop.begun?.find(([token]) => token === token_version_id)?.[1];
  if (reqNo === undefined) {
    return Response.json({ message: "이 세션에서 시작한 본인인증이 아닙니다." }, { status: 403 });
  }
  const values = { token_version_id, enc_data, integrity_value, reqNo };
  const { status, said } = await call("getVerificationResult", values);
  if (status !== 200) return Response.json({ message: said.message }, { status });
  // A live shop refuses the sandbox's people: sitecode, responseno, ci, di begin with SANDBOX.
  shop.person = { name: said.name, ci: said.ci };
  await shop.save();
  return Response.json({ name: said.name });
}
