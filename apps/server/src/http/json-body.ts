/** Reads JSON bodies; what cannot be read is refused with its place. */
import { Problem } from '@muster/audience';
import type { FastifyInstance } from 'fastify';
import { findJsonFault, findUnstorableText, isDeeperThan } from './json-text.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a body; null when it is not UTF-8, which would otherwise be stored with replacement characters. */
function decodeText(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The line of `text` around `at`, shortened, with the place underlined. */
function excerptAround(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = text.indexOf('\n', at);
  const from = Math.max(lineStart, at - 40);
  const line = text.slice(from, Math.min(lineEnd < 0 ? text.length : lineEnd, at + 40)).replaceAll('\t', ' ');
  return `${line}\n${' '.repeat(at - from)}^`;
}

function malformed(text: string): Problem {
  const fault = findJsonFault(text);
  if (fault === null) {
    return new Problem('invalidBody', [
      {
        message: 'the body has a member that objects must not have',
        field: '',
        suggestion: 'leave out `__proto__` and `constructor.prototype`',
      },
    ]);
  }
  const isEmpty = text.trim() === '';
  return new Problem('invalidBody', [
    {
      message: isEmpty ? 'the body is empty' : `the body is not valid JSON at offset ${fault.at}`,
      field: '',
      position: { start: fault.at, end: Math.min(fault.at + 1, text.length) },
      expected: isEmpty ? 'a JSON document' : fault.expected,
      ...(isEmpty ? {} : { excerpt: excerptAround(text, fault.at) }),
    },
  ]);
}

function check(text: string, body: unknown): void {
  // Every place where NUL or half a pair can hide needs an escape or is in the text itself.
  if (!text.includes('\\u') && !text.includes('\0') && text.isWellFormed()) return;
  const pointer = findUnstorableText(body);
  if (pointer === null) return;
  throw new Problem('invalidBody', [
    {
      message: 'a text holds a NUL character or half of a surrogate pair',
      field: pointer,
      expected: 'text of Unicode characters other than U+0000',
    },
  ]);
}

/** Makes JSON (also under the name of JSON Patch) the only content of bodies; an absent one is `undefined`. */
export function addJsonBodies(
  app: FastifyInstance,
  limits: { readonly bodyBytesMax: number; readonly jsonDepthMax: number },
): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>(
    ['application/json', 'application/json-patch+json'],
    { parseAs: 'buffer', bodyLimit: limits.bodyBytesMax },
    (request, bytes, done) => {
      const text = decodeText(bytes);
      if (text === null) return done(new Problem('invalidBody', [{ message: 'the body is not UTF-8', field: '' }]));
      // Clients send the content type with DELETE, and no body.
      if (text.length === 0 && request.method === 'DELETE') return done(null, undefined);
      if (isDeeperThan(text, limits.jsonDepthMax)) {
        const message = `the body is nested more than ${limits.jsonDepthMax} levels deep`;
        return done(
          new Problem('invalidBody', [{ message, field: '', expected: `at most ${limits.jsonDepthMax} levels` }]),
        );
      }
      parse(request, text, (error, body) => {
        if (error !== null) return done(malformed(text));
        try {
          check(text, body);
          done(null, body);
        } catch (refusal) {
          done(refusal instanceof Error ? refusal : new Error('a body could not be checked', { cause: refusal }));
        }
      });
    },
  );
}
