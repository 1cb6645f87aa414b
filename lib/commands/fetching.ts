// An exposition behind a URL: asked for with the user's credentials and headers, which stay out of messages.

import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Given, Options } from './command.ts';
import { readAll, tooSlow } from './limits.ts';
import type { Limits } from './limits.ts';
import { basicCredentials, withoutPassword, withoutSecrets } from './secrets.ts';

export const headerOptions: Options = {
  header: { short: 'H', value: 'HEADER', help: 'Send a URL this header, "Name: value"; repeatable' },
};

export interface Answer {
  /** The URL as it may be shown. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
}

// What Node calls a certificate that no authority it knows has signed.
const UNTRUSTED = /SELF_SIGNED_CERT|^UNABLE_TO_(?:GET_ISSUER|VERIFY)/;

/**
 * @param accept - Which formats to ask for, unless the user's headers say so.
 * @throws {CommandError} where there is no answer, or another than 200, or one beyond the limits
 */
export async function fetchAnswer(operand: string, given: Given, accept: string, limits: Limits): Promise<Answer> {
  const headers = headersOf(given);
  const url = urlOf(operand);
  const name = withoutSecrets(url);
  if (url.username + url.password !== '' && !headers.has('Authorization')) {
    headers.set('Authorization', `Basic ${basicCredentials(url.username, url.password)}`);
  }
  if (!headers.has('Accept')) headers.set('Accept', accept);
  // `fetch` takes no URL that has them.
  url.username = url.password = '';

  try {
    const { ok, status, statusText, headers: answered, body } = await fetch(url, { headers, signal: limits.signal ?? null });
    if (!ok) {
      body?.cancel().catch(() => undefined);
      const hint = status === 401 ? { hint: 'Credentials go into the URL, http://user:password@host/, or into a --header.' } : {};
      throw new CommandError(`cannot read ${name}: it answered ${status} ${statusText}`.trimEnd(), hint);
    }
    const bytes = body === null ? new Uint8Array() : await readAll(body, name, limits);
    return { name, bytes, contentType: answered.get('Content-Type') ?? undefined };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (limits.signal?.aborted === true) throw tooSlow(name, limits);
    // `fetch failed` alone explains nothing; where two addresses were tried, only the code is the same for both.
    const { message, cause } = error as { message: string; cause?: { message?: string; code?: string } };
    const hint = UNTRUSTED.test(cause?.code ?? '') ? { hint: 'If you trust it, name a file with its certificate, or that of its authority, in NODE_EXTRA_CA_CERTS.' } : {};
    throw new CommandError(`cannot read ${name}: ${cause?.message || cause?.code || message}`, hint);
  }
}

function urlOf(operand: string): URL {
  const url = URL.canParse(operand) ? new URL(operand) : undefined;
  if (url !== undefined && !isAmbiguous(url)) return url;
  const hint = operand.includes('@') ? { hint: 'In a user name or password, write "/" as %2F, "@" as %40, ":" as %3A and "%" as %25.' } : {};
  throw new CommandError(`cannot read ${withoutPassword(operand)}: expected a valid URL`, hint);
}

// With one more `@` in the path, a password with a slash would be taken apart, and its middle for the host.
function isAmbiguous({ username, password, pathname, search, hash }: URL): boolean {
  return username + password !== '' && (pathname + search + hash).includes('@');
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

// Checked here, since the messages of `fetch` repeat the value, which may be a password.
function headersOf({ values }: Given): Headers {
  const headers = new Headers();
  for (const [i, header] of (values.get('header') ?? []).entries()) {
    const colon = header.indexOf(':');
    const name = header.slice(0, Math.max(colon, 0));
    const value = header.slice(colon + 1).trim();
    if (!NAME.test(name)) throw misusedHeader(i, 'expected "Name: value"');
    if (/[^\t\P{Cc}]/u.test(value)) throw misusedHeader(i, 'expected a value without control characters');
    // A header is bytes: those of its UTF-8.
    headers.append(name, Buffer.from(value).toString('latin1'));
  }
  return headers;
}

function misusedHeader(i: number, message: string): CommandError {
  return new CommandError(`--header, number ${i + 1}: ${message}`, { hint: "Such as --header 'X-Scope-OrgID: team-a'.", exitCode: USAGE_EXIT_CODE });
}
