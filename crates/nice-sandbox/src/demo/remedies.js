// What a shop does about each reason.
import { say } from "./language.js";

const fixCall = say("요청을 수정하세요.", "Fix the call.");
const beginAgain = say("본인인증을 처음부터 다시 시작하세요.", "Begin the verification again.");
const tryAgain = say("잠시 후 다시 시도하세요.", "Try again shortly.");
const afterPause = say("Retry-After만큼 기다린 뒤 다시 시도하세요.", "Try again after Retry-After.");

export const REMEDIES = {
  INVALID_REQUEST: say("errors에 있는 필드나 JSON을 수정하세요.", "Fix the fields in errors, or the JSON."),
  NOT_FOUND: fixCall,
  METHOD_NOT_ALLOWED: fixCall,
  UNSUPPORTED_MEDIA_TYPE: fixCall,
  BODY_TOO_LARGE: fixCall,
  UNAUTHORIZED: say(
    "쇼핑몰 서버가 X-Api-Key 헤더에 RESULT_API_KEY 값을 넣어 보내야 합니다.",
    "The shop's server sends one of RESULT_API_KEY in X-Api-Key.",
  ),
  RATE_LIMITED: afterPause,
  NICE_REFUSED: say(
    "운영자가 조치해야 합니다. 다시 시도해도 소용없으며, 방법은 cause와 message에 있습니다.",
    "An operator has to act; trying again is no use. cause and message say how.",
  ),
  NICE_UNAVAILABLE: afterPause,
  NICE_TIMEOUT: tryAgain,
  RESULT_REJECTED: say(
    "이 인증의 결과가 아닙니다. 처음부터 다시 시작하세요.",
    "Not a genuine result of this verification. Begin again.",
  ),
  VERIFICATION_FAILED: say(
    "인증에 실패했습니다. resultcode를 확인하고 고객이 다시 인증하게 하세요.",
    "The person was not verified. See resultcode, and let them try again.",
  ),
  SESSION_NOT_FOUND: beginAgain,
  RESULT_ALREADY_USED: beginAgain,
  STORE_UNAVAILABLE: afterPause,
  OVERLOADED: afterPause,
  INTERNAL: tryAgain,
  // The kit's own.
  blocked: say("브라우저의 팝업 차단을 해제하거나 전체 화면을 쓰세요.", "Allow popups for this page, or take the whole page."),
  closed: beginAgain,
  timeout: beginAgain,
  failed: beginAgain,
  network: tryAgain,
  cancelled: beginAgain,
  misconfigured: say("message가 가리키는 설정을 고치세요.", "Fix what the message names."),
};
