/** The fields of `POST /v1/member/getOAuthToken`, all optional. */
export interface VerificationRequest {
  /** 1–30 of `A-Z a-z 0-9 . _ : -`; generated when absent. */
  requestno?: string;
  /** The callback page, on the origin of the page that begins. */
  returnurl?: string;
  sitecode?: string;
  authtype?: "M" | "C" | "X" | "U" | "F" | "S";
  mobilceco?: "S" | "K" | "L";
  methodtype?: "get" | "post";
  popupyn?: "Y" | "N";
  receivedata?: string;
}

export interface VerificationOptions {
  /** Where the service answers: `""` (this origin) unless told otherwise. */
  api?: string | URL;
  request?: VerificationRequest;
  /** More headers of the call to the service. */
  headers?: HeadersInit;
  /**
   * `page` gives up this page for the window: for phones, in-app browsers and
   * installed web apps, and never in a frame. `auto` chooses, as `suitableMode` does.
   */
  mode?: "popup" | "page" | "auto";
  /** Milliseconds until `timeout`, at least 1000: 15 minutes. */
  timeout?: number;
  /** Milliseconds from a window that reads as closed to `closed`: 3 minutes. */
  closedGrace?: number;
  /**
   * Where on this origin `resumeVerification` takes the result: of a whole
   * page, and of a popup whose page is gone. This very address.
   */
  returnPath?: string | URL;
  /**
   * The window reads as closed: most likely the person closed it, and the
   * shop may offer to `cancel()` and begin again. A result may still come.
   */
  onWindowClosed?: () => void;
}

/** What the shop's own server has opened, once, with the `reqNo` that it kept. */
export interface VerificationAnswer {
  reqNo: string;
  token_version_id: string;
  enc_data: string;
  integrity_value: string;
}

export interface VerificationHandle extends Promise<VerificationAnswer> {
  /** Ends it at once, with `cancelled`; nothing after it has come to an end. */
  cancel(): void;
}

export type VerificationErrorReason =
  | "blocked"
  | "closed"
  | "timeout"
  | "refused"
  | "failed"
  | "network"
  | "cancelled"
  | "misconfigured";

/**
 * What doing it again is worth. `cancelled`: the person or the page stopped.
 * `retry`: beginning again may succeed. `final`: again is useless until the
 * shop or an operator has changed something.
 */
export type VerificationErrorKind = "cancelled" | "retry" | "final";

/** The service's failure envelope. */
export interface Refusal {
  /** For programs: `INVALID_REQUEST`, `NICE_UNAVAILABLE`, … */
  reason?: string;
  /** For the operator, who finds it in the log. */
  requestId?: string;
  /** Whether the same call may succeed later. */
  retryable?: boolean;
  /** Of `NICE_REFUSED`: what an operator has to fix. */
  cause?: string;
  /** For people. */
  message?: string;
  /** The fields that are to blame. */
  errors: { field: string; message: string }[];
}

export class VerificationError extends Error {
  readonly name: "VerificationError";
  readonly reason: VerificationErrorReason;
  readonly kind: VerificationErrorKind;
  /** For people, in the page's language; of `misconfigured` for developers. */
  readonly message: string;
  /** The HTTP status of the service's answer, if there was one. */
  readonly status?: number;
  /** With `refused`. */
  readonly refusal?: Refusal;
  constructor(
    reason: VerificationErrorReason,
    details?: {
      message?: string;
      status?: number;
      refusal?: Refusal;
      kind?: VerificationErrorKind;
      cause?: unknown;
    },
  );
}

/**
 * Opens NICE's window, inside the click, and resolves with what NICE answered;
 * with nothing else. While one is under way, shows its window and returns the
 * same promise. With `mode: "page"` it never resolves: the page is gone, and
 * `resumeVerification` takes the result on the page that is returned to.
 */
export function openVerification(options?: VerificationOptions): VerificationHandle;

/** `page` on phones, in apps and in installed web apps; else `popup`. */
export function suitableMode(): "popup" | "page";

/**
 * On the page that a verification returns to: takes its result; `null` when
 * there is none. Gives the same again within one document. Throws a
 * `VerificationError` with `failed`.
 */
export function resumeVerification(): VerificationAnswer | null;
