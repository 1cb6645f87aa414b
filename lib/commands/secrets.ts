// Keeps passwords and tokens of the command line out of what a command prints, in whatever form they come back.

/** Headers whose values are nobody's business. */
const SECRET_HEADER = /auth|cookie|key|pass|secret|session|token/i;

/** Shorter ones would take away half of a message; where a command repeats an argument, `withoutPassword` hides these too. */
const SHORTEST = 4;

/** An argument as it may be repeated in a message: what stands before an `@` is hidden if it has a colon. */
export function withoutPassword(argument: string): string {
  return argument.replace(/^([a-z][a-z\d+.-]*:\/\/)?[^]*:[^]*@/i, '$1***@');
}

/** A URL as it may be shown: without user and password, and without the values of parameters that name a secret. */
export function withoutSecrets(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href.replace(/([?&][^=&#]*(?:auth|key|pass|secret|sig|token)[^=&#]*=)[^&#]+/gi, '$1***');
}

/** Takes the secrets of a command line out of a text. */
export function concealer(args: readonly string[]): (text: string) => string {
  const secrets = args
    .flatMap((argument, i) => [...passwordsIn(argument), ...headerSecretsIn(argument, args[i - 1])])
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .filter((secret) => secret.length >= SHORTEST)
    // A part of another must not break that one up.
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

// Up to the last `@` before the path; and up to the last of all, since a password may hold an unescaped slash.
const CREDENTIALS = [/^(?:[a-z][a-z\d+.-]*:\/\/)?([^:/@]*):([^/?#]+)@/i, /^(?:[a-z][a-z\d+.-]*:\/\/)?([^:/@]*):([^]+)@/i];

function passwordsIn(argument: string): string[] {
  return CREDENTIALS.flatMap((pattern) => {
    const [, user, password] = pattern.exec(argument) ?? [];
    if (user === undefined || password === undefined) return [];
    const encoded = basicCredentials(user, password);
    return [password, decoded(password).toString(), encoded, encoded.replace(/=+$/, '')];
  });
}

function headerSecretsIn(argument: string, before: string | undefined): string[] {
  const header = before === '--header' || before === '-H' ? argument : /^(?:--header=|-H)([^]*)/.exec(argument)?.[1];
  const [, name, value] = /^([^:]*):\s*([^]*?)\s*$/.exec(header ?? '') ?? [];
  if (name === undefined || value === undefined || !SECRET_HEADER.test(name)) return [];
  // `Bearer abc`: the token alone is a secret, too.
  return [value, ...value.split(/\s+/).slice(1)];
}

/** User and password of a URL as the `Authorization` header has them, after `Basic`. */
export function basicCredentials(user: string, password: string): string {
  return Buffer.concat([decoded(user), Buffer.from(':'), decoded(password)]).toString('base64');
}

// Not `decodeURIComponent`, which throws at a `%` that is no escape.
function decoded(text: string): Buffer {
  const bytes = Buffer.from(text).toString('latin1');
  return Buffer.from(bytes.replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))), 'latin1');
}
