/** Tokens by the grant `client_credentials`, as Adobe IMS gives them. */
import { TokenErrorBody, TokenResource } from '@muster/wire';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { MusterError, MusterTimeoutError, MusterTokenError } from '../errors/muster-error.ts';
import { clientLimits } from '../limits.ts';
import { decodeAnswer, networkError, readText } from '../transport/read-answer.ts';
import { type Send, sendByFetch } from '../transport/send.ts';
import { realTiming, type Timing } from '../transport/timing.ts';
import type { TokenSource } from './token-source.ts';

/** A client of an issuer of tokens. */
export interface ClientCredentials {
  /** Such as `https://ims-na1.adobelogin.com/ims/token/v3`. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly send?: Send;
  readonly timing?: Timing;
}

const IssuedToken = Type.Pick(TokenResource, ['access_token', 'expires_in']);
const IssuerError = Type.Pick(TokenErrorBody, ['error']);

const answerBytesMax = 65_536;

interface KeptToken {
  readonly text: string;
  readonly renewAt: number;
}

function refusal(status: number, text: string): MusterTokenError {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (!Check(IssuerError, body))
    return new MusterTokenError(`the issuer of tokens answered ${status}`, { status, code: '' });
  const { error: code } = body;
  const description = Check(TokenErrorBody, body) ? body.error_description : code;
  return new MusterTokenError(`the issuer of tokens refused with ${status}: ${description}`, { status, code });
}

async function request(credentials: ClientCredentials, send: Send, signal: AbortSignal): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    scope: credentials.scopes.join(','),
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return send(credentials.tokenUrl, { method: 'POST', headers, body: body.toString(), signal });
}

/** A token with the time from which another one is better. A short-lived one serves half of its life. */
async function issue(credentials: ClientCredentials, send: Send, timing: Timing): Promise<KeptToken> {
  const askedAt = timing.now();
  const late = new AbortController();
  const settled = new AbortController();
  const { attemptMs, tokenReserveMs } = clientLimits;
  timing.pause(attemptMs, settled.signal).then(
    () => late.abort(new MusterTimeoutError(`no token within ${attemptMs} ms`, attemptMs)),
    () => undefined,
  );
  try {
    const response = await request(credentials, send, late.signal);
    const text = await readText(response, answerBytesMax);
    if (!response.ok) throw refusal(response.status, text);
    const issued = decodeAnswer(IssuedToken, text, 'the issuer of tokens');
    const lifeMs = issued.expires_in * 1_000;
    return { text: issued.access_token, renewAt: askedAt + Math.max(lifeMs - tokenReserveMs, lifeMs / 2) };
  } catch (error) {
    late.signal.throwIfAborted();
    throw error instanceof MusterError ? error : networkError('the issuer of tokens', error);
  } finally {
    settled.abort();
  }
}

/**
 * Tokens of an issuer: fetched when first needed, kept, and renewed 500 seconds before they end. Calls that need one at
 * the same time wait for the same.
 */
export function clientCredentials(credentials: ClientCredentials): TokenSource {
  const { send = sendByFetch, timing = realTiming } = credentials;
  let kept: KeptToken | null = null;
  let coming: Promise<KeptToken> | null = null;
  const renew = async (): Promise<KeptToken> => {
    try {
      kept = await issue(credentials, send, timing);
      return kept;
    } finally {
      coming = null;
    }
  };
  return {
    async current() {
      if (kept !== null && timing.now() < kept.renewAt) return kept.text;
      coming ??= renew();
      return (await coming).text;
    },
    forget(token) {
      if (kept?.text === token) kept = null;
    },
  };
}
