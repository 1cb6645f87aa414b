// The diagnostics channels of the engine. Looked up when metrics are asked for, so that this room loads in engines
// that have none.

import { fault } from '../core/errors.ts';

type Subscriber = (message: never, name: string | symbol) => void;

interface Channels {
  subscribe(name: string, subscriber: Subscriber): void;
  unsubscribe(name: string, subscriber: Subscriber): boolean;
}

/**
 * Subscribes to channels by name. Those that the engine does not publish cost nothing. Returns a function that ends it.
 *
 * @throws {MetricError} `ERR_OPTION` where the engine has no channels at all
 */
export function subscribe(subject: string, subscribers: Readonly<Record<string, Subscriber>>): () => void {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  const channels = process?.getBuiltinModule?.('node:diagnostics_channel') as Channels | undefined;
  if (channels === undefined) throw fault('ERR_OPTION', subject, 'an engine with diagnostics channels, and fetchMetrics in others', 'one without');
  for (const [name, subscriber] of Object.entries(subscribers)) channels.subscribe(name, subscriber);
  return () => {
    for (const [name, subscriber] of Object.entries(subscribers)) channels.unsubscribe(name, subscriber);
  };
}
