// Calls of a shop that has NICE's addresses in its code.
for (const address of [
  "https://svc.niceapi.co.kr:22001/digital/niceid/oauth/oauth/token",
  "https://auth.niceid.co.kr/ido/intc/v1.0/auth/token",
]) {
  const answer = await fetch(address, { method: "POST" });
  console.log(answer.headers.get("x-sandbox-fault"));
}
