/** An application whose answers to tests are held against its own description. */
import assert from 'node:assert/strict';
import { GatewayErrorBody, ProblemBody } from '@muster/wire';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { isRecord, type JsonSchema, matchOperations, type Operation, readOperations } from '../http/operations.ts';

/**
 * A schema whose objects have the named members and no others: a field that the description does not name is one that
 * nobody can rely on. Members of `allOf` see only a part of an object, so that the whole is closed instead.
 */
function closeObjects(schema: unknown, isPart = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closeObjects(item));
  if (!isRecord(schema)) return schema;
  const closed = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (keyword === 'properties' && isRecord(value)) {
        return [keyword, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, closeObjects(part)]))];
      }
      if (keyword === 'allOf' && Array.isArray(value)) return [keyword, value.map((part) => closeObjects(part, true))];
      if (keyword === 'anyOf' && Array.isArray(value))
        return [keyword, value.map((part) => closeObjects(part, isPart))];
      return ['examples', 'enum', 'const', 'default'].includes(keyword)
        ? [keyword, value]
        : [keyword, closeObjects(value)];
    }),
  );
  const isOpen = isPart || 'additionalProperties' in schema || !('properties' in schema || 'allOf' in schema);
  return isOpen ? closed : { ...closed, unevaluatedProperties: false };
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

/** Validators by the text of their schema. Compiling is slow, and the servers of a file of tests have the same schemas. */
const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: JsonSchema): ValidateFunction {
  const text = JSON.stringify(schema);
  const known = validators.get(text);
  if (known !== undefined) return known;
  const closed = closeObjects(schema);
  const validate = ajv.compile(isRecord(closed) ? closed : {});
  validators.set(text, validate);
  return validate;
}

/** An answer to no operation: a refusal in one of the two forms. */
function checkRefusal(answer: LightMyRequestResponse, isKnownPath: boolean, about: string): void {
  const expected = isKnownPath ? [405, 400, 406] : [404, 400, 406];
  assert.ok(expected.includes(answer.statusCode), `${about}: the description does not have this operation`);
  if (answer.statusCode === 405) assert.ok(answer.headers.allow, `${about}: no Allow`);
  const body: unknown = answer.raw.req.method === 'HEAD' ? null : answer.json();
  assert.ok(body === null || Check(ProblemBody, body) || Check(GatewayErrorBody, body), about);
}

function checkAnswer(operation: Operation, answer: LightMyRequestResponse, about: string): void {
  const contents = operation.responses.get(String(answer.statusCode));
  assert.ok(contents !== undefined, `${about}: ${operation.id} does not document this status`);
  if (answer.raw.req.method === 'HEAD') return;
  if (contents.size === 0) {
    assert.equal(answer.body, '', `${about}: ${operation.id} documents no body`);
    return;
  }
  const mediaType = String(answer.headers['content-type']).split(';')[0] ?? '';
  const schema = contents.get(mediaType);
  assert.ok(schema !== undefined, `${about}: ${operation.id} does not document \`${mediaType}\``);
  if (mediaType !== 'application/json') return;
  const validate = validatorOf(schema);
  assert.ok(validate(answer.json()), `${about}: not as ${operation.id} documents: ${describe(validate)}`);
}

/** What is wrong, from the member of a union that fits best: the others only repeat that they are others. */
function describe({ errors }: ValidateFunction): string {
  const byMember = Map.groupBy(errors ?? [], ({ schemaPath }) => /^.*\/anyOf\/\d+(?=\/)/.exec(schemaPath)?.[0] ?? '');
  const members = [...byMember].filter(([path]) => path !== '').map(([, found]) => found);
  const fewest = Math.min(...members.map(({ length }) => length));
  const direct = (byMember.get('') ?? []).filter(({ keyword }) => keyword !== 'anyOf');
  return [...direct, ...(members.find(({ length }) => length === fewest) ?? [])]
    .slice(0, 5)
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
    .join('; ');
}

/** The checker of one application's answers. */
function createChecker(document: unknown): (answer: LightMyRequestResponse) => void {
  const operations = readOperations(document);
  return (answer) => {
    const { method = 'GET', url = '' } = answer.raw.req;
    const about = `${method} ${url.slice(0, 200)} gave ${answer.statusCode} ${answer.body.slice(0, 500)}`;
    assert.ok(answer.headers['x-request-id'], `${about}: no request id`);
    const matching = matchOperations(operations, url);
    const operation = matching.find((candidate) => candidate.method === (method === 'HEAD' ? 'GET' : method));
    if (operation === undefined) checkRefusal(answer, matching.length > 0, about);
    else checkAnswer(operation, answer, about);
  };
}

/**
 * The application, with an `inject` that fails when an answer is not as `/openapi.json` has it: an operation, a status, a
 * media type, a field that is not documented, or a body that does not fit.
 */
export function checkAnswers(app: FastifyInstance): FastifyInstance {
  const check = createChecker(app.swagger());
  const inject = async (request: InjectOptions | string): Promise<LightMyRequestResponse> => {
    const answer = await app.inject(request);
    check(answer);
    return answer;
  };
  return new Proxy(app, {
    get: (target, name) => (name === 'inject' ? inject : Reflect.get(target, name)),
  });
}
