// Who may see the metrics: asks the host's check, and refuses where that fails. Knows no scheme.

import type { RequestHead } from './request.ts';

/** Whether a request may be answered: `true`, and nothing else, lets it in. */
export interface Authenticate {
  (request: RequestHead): boolean | Promise<boolean>;
  /** What a client that is refused should bring, as in `WWW-Authenticate`. @default 'Bearer' */
  readonly challenge?: string | undefined;
}

export interface AuthenticationOptions {
  /**
   * Asked before anything is shown but `/-/healthy` and `/-/ready`; whom it refuses gets 401. Where it
   * throws, rejects or is not done in time, nobody gets in. `basicAuth` of `promlet/http` makes one.
   *
   * @default everybody may
   */
  readonly authenticate?: Authenticate;
}
