// What a shop in TypeScript writes. It is compiled and not run; whatever
// stands below an expected error has to be one.
import {
  VerificationError,
  openVerification,
  resumeVerification,
  suitableMode,
  type VerificationAnswer,
  type VerificationErrorKind,
  type VerificationErrorReason,
} from "member-verification-popup";

const handle = openVerification({
  api: "https://verify.shop.example",
  request: { returnurl: "https://shop.example/nice/callback", methodtype: "post", authtype: "M" },
  headers: { "x-csrf-token": "t" },
  mode: "popup",
  timeout: 600_000,
  closedGrace: 60_000,
  onWindowClosed: () => handle.cancel(),
});

export async function verify(): Promise<string> {
  try {
    const answer: VerificationAnswer = await handle;
    const { reqNo, token_version_id, enc_data, integrity_value } = answer;
    return [reqNo, token_version_id, enc_data, integrity_value].join();
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    const reason: VerificationErrorReason = error.reason;
    const fields: string[] = error.refusal?.errors.map(({ field }) => field) ?? [];
    return `${reason} ${error.status ?? 0} ${error.refusal?.retryable ?? false} ${fields}`;
  }
}

export const again = (error: VerificationError): boolean => {
  const kind: VerificationErrorKind = error.kind;
  return kind === "retry";
};

openVerification({ mode: "page", returnPath: "/cart" });
openVerification({ mode: "auto" });
const mode: "popup" | "page" = suitableMode();
openVerification({ mode });
openVerification();

const resumed: VerificationAnswer | null = resumeVerification();
export const reqNo: string | undefined = resumed?.reqNo;

// @ts-expect-error: there is no such way
openVerification({ mode: "iframe" });
// @ts-expect-error: NICE's name is `mobilceco`
openVerification({ request: { mobileco: "S" } });
// @ts-expect-error: personal data doesn't come this way
export const name = async () => (await handle).name;
// @ts-expect-error: there may be none
export const sure: string = resumeVerification().reqNo;
