// Options of TLS, checked before a server takes them: Node takes some with which every handshake fails.

import type { TlsOptions } from 'node:tls';

import { MetricError, fault } from '../core/errors.ts';

/** Options of `node:https`, or a function that is asked for them. */
export type Certificates = TlsOptions | (() => TlsOptions | Promise<TlsOptions>);

/** The options of the moment. @throws {MetricError} `ERR_OPTION` where there is no key or no certificate in them */
export async function currentOptions(https: Certificates): Promise<TlsOptions> {
  const options: unknown = typeof https === 'function' ? await https() : https;
  // It may be the key itself, which is never shown.
  if (typeof options === 'string') throw new MetricError('ERR_OPTION', 'https: expected an object with key and cert, got a string');
  if (typeof options !== 'object' || options === null) throw fault('ERR_OPTION', 'https', 'an object with key and cert', options);
  const { key, privateKeyIdentifier, cert, pfx, SNICallback } = options as TlsOptions & { readonly privateKeyIdentifier?: unknown };
  for (const [name, given] of Object.entries({ key, cert, pfx })) if (given !== undefined && isEmpty(given)) throw fault('ERR_OPTION', `https: ${name}`, 'what is not empty', given);
  const hasOwn = pfx !== undefined || (cert !== undefined && (key ?? privateKeyIdentifier) !== undefined);
  if (!hasOwn && SNICallback === undefined) throw fault('ERR_OPTION', 'https', 'an object with key and cert, or with pfx', options);
  return options;
}

function isEmpty(given: unknown): boolean {
  if (Array.isArray(given)) return given.length === 0 || given.some(isEmpty);
  return given === null || (given as { readonly length?: number }).length === 0;
}
