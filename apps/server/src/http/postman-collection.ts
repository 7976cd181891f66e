/**
 * The operations of the API as a collection of Postman, in format 2.1.
 *
 * Postman can import the description too, but then makes up the bodies and leaves out the headers that name the tenant.
 * Here each request is complete, and what it creates is put into the variable that the other requests of the resource use.
 */
import type { Json, JsonObject } from '@muster/audience';
import { isRecord, type Operation, readOperations } from './operations.ts';

/** The format of the collection. */
export const collectionSchema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/** What requests are about until one of them has created something. */
const nothingYet = '';

/** The variables of the collection, and their first values. Whoever imports it changes the first of them. */
const variables = {
  token: 'any',
  apiKey: 'any',
  organisation: 'DEMO@AdobeOrg',
  sandbox: 'prod',
  audienceId: nothingYet,
  definitionId: nothingYet,
  jobId: nothingYet,
  scheduleId: nothingYet,
  previewId: nothingYet,
  exportId: nothingYet,
  fileName: 'profiles.jsonl',
  importId: nothingYet,
  operationId: nothingYet,
  externalId: nothingYet,
  runId: nothingYet,
  sandboxName: 'acme-dev',
} as const;

type Variable = keyof typeof variables;

/** Which variable a parameter of a path is: the first that the path starts with. */
const pathVariables: readonly (readonly [path: string, name: string, variable: Variable])[] = [
  ['/data/core/ups/audiences/', 'id', 'audienceId'],
  ['/data/core/ups/segment/definitions/', 'id', 'definitionId'],
  ['/data/core/ups/segment/jobs/', 'id', 'jobId'],
  ['/data/core/ups/config/schedules/', 'id', 'scheduleId'],
  ['/data/core/ups/preview/', 'id', 'previewId'],
  ['/data/core/ups/estimate/', 'id', 'previewId'],
  ['/data/core/ups/export/jobs/', 'id', 'exportId'],
  ['/data/core/ups/export/jobs/', 'name', 'fileName'],
  ['/data/core/ups/imports/', 'id', 'importId'],
  ['/data/core/ais/external-audience/operations/', 'id', 'operationId'],
  ['/data/core/ais/external-audience/', 'id', 'externalId'],
  ['/data/core/ais/external-audience/', 'run', 'runId'],
  ['/data/foundation/sandbox-management/', 'name', 'sandboxName'],
];

/** The member of an operation's answer that is put into a variable. */
const kept: Readonly<Record<string, readonly [variable: Variable, member: string]>> = {
  createTokenV3: ['token', 'access_token'],
  createAudience: ['audienceId', 'id'],
  createSegmentDefinition: ['definitionId', 'id'],
  createSegmentJob: ['jobId', 'id'],
  createSchedule: ['scheduleId', 'id'],
  createPreview: ['previewId', 'previewId'],
  createExportJob: ['exportId', 'id'],
  createImport: ['importId', 'id'],
  createExternalAudience: ['operationId', 'operationId'],
  getExternalOperation: ['externalId', 'audienceId'],
  startExternalRun: ['runId', 'runId'],
  createSandbox: ['sandboxName', 'name'],
};

/** Ids in examples of bodies, and the variables that stand for them. */
const exampleIds: Readonly<Record<string, Variable>> = {
  '7f6c1a52-0d1e-4c58-9d0b-3b1f5a6e2c11': 'audienceId',
  '0a4ad5a8-2f0c-4f4f-9b4b-2f5f1c1f0f6d': 'audienceId',
  'audience-id': 'audienceId',
  'schedule-id': 'scheduleId',
};

const reference = (variable: Variable): string => `{{${variable}}}`;

/** The path with variables for its parameters. Throws for a parameter that no line above speaks of. */
function pathOf({ id, path }: Operation): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const found = pathVariables.find(([start, parameter]) => path.startsWith(start) && parameter === name);
    if (found === undefined) throw new Error(`the collection has no variable for \`${name}\` of \`${id}\``);
    return reference(found[2]);
  });
}

const searched = { 'schema.name': '_xdm.context.segmentdefinition', namespace: 'AEPSegments' };

/** Parameters without which an operation has no answer. */
const sentParameters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  searchNamespaces: { 'schema.name': searched['schema.name'] },
  searchEntities: searched,
  searchTaxonomy: { ...searched, entityId: reference('audienceId') },
};

/** The address. Parameters that are not needed are there and switched off. */
function urlOf(operation: Operation): JsonObject {
  const path = pathOf(operation);
  const sent = sentParameters[operation.id] ?? {};
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, examples: [example = ''] }) => ({
      key: name,
      value: sent[name] ?? String(example),
      disabled: sent[name] === undefined,
    }));
  const needed = Object.entries(sent).map(([key, value]) => `${key}=${value}`);
  const raw = `{{baseUrl}}${path}${needed.length === 0 ? '' : `?${needed.join('&')}`}`;
  return { raw, host: ['{{baseUrl}}'], path: path.slice(1).split('/'), query };
}

/** An example as text, with variables for the ids in it. */
function bodyText(operation: Operation, example: unknown): string {
  let text = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
  for (const [id, variable] of Object.entries(exampleIds)) {
    const meant = operation.id === 'bulkGetSegmentJobs' ? 'jobId' : variable;
    text = text.replaceAll(`"${id}"`, `"${reference(meant)}"`);
  }
  return text;
}

function bodyOf(operation: Operation): JsonObject {
  if (operation.body === null) return {};
  const { mediaType, examples } = operation.body;
  const [example = {}] = examples;
  if (mediaType !== 'application/x-www-form-urlencoded' || !isRecord(example)) {
    return { body: { mode: 'raw', raw: bodyText(operation, example) } };
  }
  const urlencoded = Object.entries(example).map(([key, value]) => ({ key, value: String(value) }));
  return { body: { mode: 'urlencoded', urlencoded } };
}

const header = (key: string, value: string): JsonObject => ({ key, value });

function headersOf({ isOpen, body }: Operation): readonly JsonObject[] {
  const tenant = [
    header('x-api-key', reference('apiKey')),
    header('x-gw-ims-org-id', reference('organisation')),
    header('x-sandbox-name', reference('sandbox')),
  ];
  return [...(isOpen ? [] : tenant), ...(body === null ? [] : [header('Content-Type', body.mediaType)])];
}

/** What puts the id of what was created into its variable. */
function eventsOf({ id }: Operation): JsonObject {
  const keeping = kept[id];
  if (keeping === undefined) return {};
  const [variable, member] = keeping;
  const set = `pm.collectionVariables.set('${variable}', String(pm.response.json().${member}));`;
  const exec = [`if (pm.response.code < 300) ${set}`];
  return { event: [{ listen: 'test', script: { type: 'text/javascript', exec } }] };
}

function itemOf(operation: Operation): JsonObject {
  const auth: JsonObject = operation.isOpen ? { auth: { type: 'noauth' } } : {};
  return {
    name: operation.summary,
    ...eventsOf(operation),
    request: {
      method: operation.method,
      description: operation.id,
      ...auth,
      header: headersOf(operation),
      url: urlOf(operation),
      ...bodyOf(operation),
    },
  };
}

/** Other addresses of an operation that is there already. */
const isAlias = ({ id }: Operation): boolean => id.endsWith('Alias') || /^createTokenV[12]$/.test(id);

/** The folder of what removes and cancels. It comes last, so that the requests before it have something to be about. */
const removal = 'removal';

/** The collection of the operations in an OpenAPI description, for a server at `baseUrl`: a folder for each tag. */
export function createPostmanCollection(description: unknown, baseUrl: string): JsonObject {
  const folders = new Map<string, JsonObject[]>();
  for (const operation of readOperations(description)) {
    if (isAlias(operation)) continue;
    const folder = operation.method === 'DELETE' ? removal : operation.tag;
    folders.set(folder, [...(folders.get(folder) ?? []), itemOf(operation)]);
  }
  const removals = folders.get(removal) ?? [];
  folders.delete(removal);
  folders.set(removal, removals);
  const all: readonly (readonly [string, Json])[] = [['baseUrl', baseUrl], ...Object.entries(variables)];
  return {
    info: {
      name: 'Muster',
      description: 'Every operation of the API. Set the variables of the collection, and send.',
      schema: collectionSchema,
    },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: reference('token'), type: 'string' }] },
    variable: all.map(([key, value]) => ({ key, value })),
    item: [...folders].map(([name, item]) => ({ name, item })),
  };
}
