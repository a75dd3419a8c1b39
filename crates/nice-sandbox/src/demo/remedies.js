// What a shop does about each reason.
import { say } from "./language.js";

const mendCall = say("호출을 고칩니다.", "Mend the call.");
const beginAgain = say("본인인증을 처음부터 다시 시작합니다.", "Begin the verification again.");
const tryAgain = say("잠시 후 다시 시도합니다.", "Try again shortly.");
const afterPause = say("Retry-After만큼 기다린 뒤 다시 시도합니다.", "Try again after Retry-After.");

export const REMEDIES = {
  INVALID_REQUEST: say("errors의 필드나 JSON을 고칩니다.", "Mend the fields in errors, or the JSON."),
  NOT_FOUND: mendCall,
  METHOD_NOT_ALLOWED: mendCall,
  UNSUPPORTED_MEDIA_TYPE: mendCall,
  BODY_TOO_LARGE: mendCall,
  UNAUTHORIZED: say(
    "쇼핑몰 서버가 RESULT_API_KEY의 값을 X-Api-Key로 보냅니다.",
    "The shop's server sends one of RESULT_API_KEY in X-Api-Key.",
  ),
  RATE_LIMITED: afterPause,
  NICE_REFUSED: say(
    "운영자가 고칩니다. 다시 시도해도 소용없고, cause와 message가 방법을 말합니다.",
    "An operator has to act; trying again is no use. cause and message say how.",
  ),
  NICE_UNAVAILABLE: afterPause,
  NICE_TIMEOUT: tryAgain,
  RESULT_REJECTED: say(
    "이 인증의 진짜 결과가 아닙니다. 처음부터 다시 시작합니다.",
    "Not a genuine result of this verification. Begin again.",
  ),
  VERIFICATION_FAILED: say(
    "인증되지 않은 사람입니다. resultcode를 보고 다시 인증하게 합니다.",
    "The person was not verified. See resultcode, and let them try again.",
  ),
  SESSION_NOT_FOUND: beginAgain,
  RESULT_ALREADY_USED: beginAgain,
  STORE_UNAVAILABLE: afterPause,
  OVERLOADED: afterPause,
  INTERNAL: tryAgain,
  // The kit's own.
  blocked: say("브라우저의 팝업 차단을 풀거나 전체 화면으로 합니다.", "Allow popups for this page, or take the whole page."),
  closed: beginAgain,
  timeout: beginAgain,
  failed: beginAgain,
  network: tryAgain,
  cancelled: beginAgain,
};
