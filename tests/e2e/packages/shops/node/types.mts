import { Refused, startSandbox, type Back, type Sandbox } from "nice-sandbox";

const nice: Sandbox = await startSandbox({ autoApprove: "hong", settings: { RUST_LOG: "warn" } });
const sealed = { token_version_id: "", enc_data: "", integrity_value: "" };
const back: Back = await nice.verify(sealed, { persona: "minor14", outcome: "cancel", name: "김" });
await nice.faults.on("auth_url", "code_1007", { times: 2, delay: "200ms" });
const text: string = back.values.enc_data + nice.integrated.clientId + nice.log.length;
const error: unknown = text;
if (error instanceof Refused) console.error(error.fault, error.fix.ko, error.message);
// @ts-expect-error No such call.
await nice.faults.on("nonsense", "gw_1702");
// @ts-expect-error Two of the three are missing.
await nice.verify({ enc_data: "" });
await nice.stop();
