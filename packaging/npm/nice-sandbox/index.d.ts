/**
 * Starts NICE평가정보's identity verification on a free port of this machine. It ends by
 * `stop`, and with the process that started it, even if that is killed.
 */
export function startSandbox(options?: StartOptions): Promise<Sandbox>;

export interface StartOptions {
  /** The persona as which it answers every window by itself, for tests with a browser. */
  autoApprove?: string;
  /** Variables of the program, such as SANDBOX_CLIENT_ID, SANDBOX_PERIOD or RUST_LOG. */
  settings?: Record<string, string>;
}

export interface Sandbox {
  /** In the place of NICE's own: the only change in a client of NICE. */
  readonly baseUrl: string;
  /** Where the standard window's form goes. */
  readonly windowUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly productId: string;
  readonly institutionToken: string;
  /** The credentials for 통합인증, NICE's newer API. */
  readonly integrated: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly svcTypes: string[];
  };
  readonly faults: Faults;
  /** Its log, the last lines: what it has refused, and why. */
  readonly log: string[];
  /** Who lives here. */
  personas(): Promise<Persona[]>;
  /**
   * Plays the browser: through the window as this person, and back. Nothing is sent to the
   * shop; what the browser would bring is in the answer.
   *
   * @param window what the shop's page opens it with; of 통합인증 the `auth_url`
   * @throws {Refused} if the window does not open
   */
  verify(window: SealedRequest | string | URL, choice?: Choice): Promise<Back>;
  stop(): Promise<void>;
}

export interface SealedRequest {
  token_version_id: string;
  enc_data: string;
  integrity_value: string;
}

export interface Choice {
  /** The `name` of a persona; `hong` without it. */
  persona?: string;
  /** `success`, `fail`, `cancel`, `double`, `late`, `tamper_enc`, … or a code of the window. */
  outcome?: string;
  /** Replaces a field of the result: `name`, `birthdate`, `ci`, … */
  [field: string]: string | undefined;
}

/** How the browser came back to the shop. */
export interface Back {
  /** False: nobody came back. The person gave up, or the window has failed. */
  returned: boolean;
  /** With `POST`, `values` is its form. */
  method: "GET" | "POST" | "";
  /** Where to: `returnurl`, by `GET` with the values behind it. */
  url: string;
  /** The three sealed values; of 통합인증 the `web_transaction_id`. */
  values: Record<string, string>;
  /** 2: the browser comes twice. */
  times: number;
  /** The window's failure. */
  code: string | null;
  /** What NICE takes, but may not do as meant: a misspelt field, differing origins, … */
  notices: string[];
}

/** NICE on a bad day. */
export interface Faults {
  /**
   * One fault more, by a name of the catalogue such as `gw_1702`: at most `times` times, after
   * a `delay` such as "200ms".
   */
  on(call: Call, fault: string, options?: { times?: number; delay?: string }): Promise<void>;
  /** All off. */
  clear(): Promise<void>;
  /** What is on. */
  active(): Promise<ActiveFault[]>;
  /** All that there are, with what each stands for and what a client ought to do. */
  catalogue(): Promise<Record<string, unknown>[]>;
}

export type Call =
  | "institution_token" | "revoke" | "crypto_token"
  | "access_token" | "auth_url" | "auth_result";

export interface ActiveFault {
  call: Call;
  fault: string;
  times: number | null;
  delay: string | null;
}

export interface Persona {
  /** As `verify` takes it. */
  name: string;
  label: string;
  /** What its result shows that another's doesn't. */
  outcome: string;
}

export interface Both {
  ko: string;
  en: string;
}

/** The window does not open: `fault` names the mistake, the message tells how to fix it. */
export class Refused extends Error {
  readonly fault: string;
  readonly title: Both;
  readonly wrong: Both[];
  readonly fix: Both;
}

/** The sandbox has not started; the message is its own. */
export class StartError extends Error {}
