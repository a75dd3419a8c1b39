// How each reason is triggered. `trigger` resolves with the exchange that was
// refused; one without it is explained only.
import { refusedUnder } from "./faults.js";
import { say } from "./language.js";
import { begin, verify } from "./person.js";
import { openAsServer } from "./shop_server.js";
import { call } from "./wire.js";

const BEGIN = "/v1/member/getOAuthToken";
const OPEN = "/v1/member/getVerificationResult";
const BURST = 60;

const open = openAsServer;

async function verified(choices) {
  const { answer } = await begin();
  return verify(answer.json, choices);
}

const opened = async (choices) => open(await verified(choices));

async function openedTwice() {
  const answer = await verified();
  await open(answer);
  return open(answer);
}

async function openedForAnother() {
  const another = (await begin()).answer.json;
  return open({ ...(await verified()), reqNo: another.reqNo });
}

const stranger = { token_version_id: "unknown", enc_data: "AAAA", integrity_value: "AAAA", reqNo: "unknown" };

/** Many at once; the one that was refused, if one was. */
async function burst() {
  const calls = Array.from({ length: BURST }, () => call("POST", BEGIN, { body: {} }));
  const exchanges = await Promise.all(calls);
  return exchanges.find(({ answer }) => answer.json?.error) ?? exchanges[0];
}

const refusal = (cause, fault, what) => ({
  id: cause.toLowerCase(),
  reason: "NICE_REFUSED",
  cause,
  what,
  fault,
  trigger: () => refusedUnder(fault),
});

export const GROUPS = [
  {
    title: say("요청이 잘못되었을 때", "The request is wrong"),
    entries: [
      {
        id: "fields",
        reason: "INVALID_REQUEST",
        what: say("세 필드의 값이 규칙에 맞지 않습니다.", "Three fields break their rules."),
        trigger: () => call("POST", BEGIN, { body: { requestno: "no spaces!", authtype: "Z", methodtype: "put" } }),
      },
      {
        id: "json",
        reason: "INVALID_REQUEST",
        what: say("JSON이 중간에 끊겼습니다.", "The JSON breaks off."),
        trigger: () => call("POST", BEGIN, { body: '{"authtype":' }),
      },
      {
        id: "not_found",
        reason: "NOT_FOUND",
        what: say("없는 경로입니다.", "There is no such path."),
        trigger: () => call("POST", "/v1/member/getOAuthTokens", { body: {} }),
      },
      {
        id: "method",
        reason: "METHOD_NOT_ALLOWED",
        what: say("POST 대신 GET으로 호출합니다.", "GET instead of POST."),
        trigger: () => call("GET", BEGIN),
      },
      {
        id: "media_type",
        reason: "UNSUPPORTED_MEDIA_TYPE",
        what: say("본문을 text/plain으로 보냅니다.", "The body is declared as text/plain."),
        trigger: () => call("POST", BEGIN, { body: "{}", type: "text/plain" }),
      },
      {
        id: "too_large",
        reason: "BODY_TOO_LARGE",
        what: say("본문이 64KiB를 넘습니다.", "The body is longer than 64 KiB."),
        trigger: () => call("POST", BEGIN, { body: { receivedata: "x".repeat(64 * 1024) } }),
      },
      {
        id: "unauthorized",
        reason: "UNAUTHORIZED",
        what: say("X-Api-Key 없이 결과를 엽니다.", "A result is opened without X-Api-Key."),
        needs: "RESULT_API_KEY",
        trigger: () => call("POST", OPEN, { body: stranger }),
      },
      {
        id: "rate_limited",
        reason: "RATE_LIMITED",
        what: say("한꺼번에 60건을 시작합니다.", "Sixty are begun at once."),
        needs: "RATE_LIMIT",
        trigger: burst,
      },
    ],
  },
  {
    title: say("결과를 열 때", "Opening a result"),
    entries: [
      {
        id: "tamper_enc",
        reason: "RESULT_REJECTED",
        what: say("암호문의 한 비트가 바뀌었습니다.", "One bit of the cipher text was changed."),
        trigger: () => opened({ sandbox_outcome: "tamper_enc" }),
      },
      {
        id: "tamper_mac",
        reason: "RESULT_REJECTED",
        what: say("무결성 값의 한 비트가 바뀌었습니다.", "One bit of the integrity value was changed."),
        trigger: () => opened({ sandbox_outcome: "tamper_mac" }),
      },
      {
        id: "another_session",
        reason: "RESULT_REJECTED",
        what: say("실제 결과를 다른 세션의 reqNo로 엽니다.", "A genuine result, opened with another session's reqNo."),
        trigger: openedForAnother,
      },
      {
        id: "not_verified",
        reason: "VERIFICATION_FAILED",
        what: say("NICE가 실패 코드를 돌려보냅니다.", "NICE returns with a failure code."),
        trigger: () => opened({ sandbox_outcome: "fail", sandbox_resultcode: "0001" }),
      },
      {
        id: "session",
        reason: "SESSION_NOT_FOUND",
        what: say("발급한 적 없거나 만료된 토큰입니다.", "Never begun here, or expired."),
        trigger: () => opened({ sandbox_outcome: "tamper_token" }),
      },
      {
        id: "used",
        reason: "RESULT_ALREADY_USED",
        what: say("같은 결과를 두 번 엽니다.", "The same result is opened twice."),
        trigger: openedTwice,
      },
    ],
  },
  {
    title: say("NICE가 응답하지 못할 때", "When NICE fails"),
    entries: [
      {
        id: "unavailable",
        reason: "NICE_UNAVAILABLE",
        what: say("NICE가 점검 중입니다.", "NICE is down for maintenance."),
        fault: "http_503",
        trigger: () => refusedUnder("http_503"),
      },
      {
        id: "timeout",
        reason: "NICE_TIMEOUT",
        what: say("NICE가 응답하지 않습니다. 8초까지 걸립니다.", "NICE does not answer. Takes up to 8 seconds."),
        fault: "stall",
        trigger: () => refusedUnder("stall"),
      },
    ],
  },
  {
    title: say("NICE가 거부할 때: 운영자가 조치합니다", "NICE refuses: an operator has to act"),
    entries: [
      refusal("IP_NOT_REGISTERED", "gw_1702", say("등록되지 않은 서버 IP입니다.", "The server's address is not registered.")),
      refusal("PRODUCT_NOT_SUBSCRIBED", "gw_1706", say("계약하지 않은 상품입니다.", "The product is not in the contract.")),
      refusal("CREDENTIALS", "gw_1700", say("NICE가 모르는 client id입니다.", "NICE does not know the client id.")),
      refusal("CLOCK_SKEW", "clock_ahead", say("서버 시각이 10분 다릅니다.", "The clocks are ten minutes apart.")),
      refusal("SUSPENDED", "gw_1403", say("이용이 중지되었습니다.", "The service is suspended.")),
      refusal("QUOTA", "gw_1906", say("상품의 이용 한도를 다 썼습니다.", "The product's quota is used up.")),
      refusal("PROTOCOL", "gw_1404", say("NICE에 없는 경로입니다.", "NICE has no such path.")),
      refusal("UNKNOWN", "result_0099", say("코드표에 없는 코드입니다.", "A code that is in no table.")),
    ],
  },
  {
    title: say("여기서 재현할 수 없는 오류", "Not triggered from here"),
    entries: [
      {
        id: "store",
        reason: "STORE_UNAVAILABLE",
        status: 503,
        what: say("REDIS_URL의 Redis에 연결할 수 없습니다. 인증을 시작하거나 결과를 열 수 없습니다.", "The Redis of REDIS_URL can't be reached. Nothing is begun or opened."),
      },
      {
        id: "overloaded",
        reason: "OVERLOADED",
        status: 503,
        what: say("SESSION_MAX나 MAX_CONNECTIONS가 찼습니다.", "SESSION_MAX or MAX_CONNECTIONS is reached."),
      },
      {
        id: "internal",
        reason: "INTERNAL",
        status: 500,
        what: say("서비스의 결함입니다. requestId와 함께 알려 주세요.", "A fault of this service. Report it with the requestId."),
      },
    ],
  },
];
