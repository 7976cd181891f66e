/** The operations in an OpenAPI description, for what walks all of them. */

/** A JSON Schema, as the description has it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A parameter of an operation. */
export interface OperationParameter {
  readonly name: string;
  readonly in: string;
  readonly examples: readonly unknown[];
}

/** What an operation can send: schemas by media type; none for an empty answer. */
export type OperationContents = ReadonlyMap<string, JsonSchema>;

/** An operation of the API. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  /** The first of its tags; empty when it has none. */
  readonly tag: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path with its parameters in braces. */
  readonly path: string;
  readonly parameters: readonly OperationParameter[];
  /** Whether it needs no token, and so belongs to no tenant. */
  readonly isOpen: boolean;
  /** The body it takes: its media type, and every example of it. */
  readonly body: { readonly mediaType: string; readonly examples: readonly unknown[] } | null;
  readonly responses: ReadonlyMap<string, OperationContents>;
  /** By status, the media types of answers in JSON as the description has them: with examples beside the schema. */
  readonly answers: ReadonlyMap<string, JsonSchema>;
}

/** Whether a value is an object with names. */
export function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const entriesOf = (value: unknown): readonly [string, unknown][] => (isRecord(value) ? Object.entries(value) : []);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function decodeParameters(value: unknown): readonly OperationParameter[] {
  return listOf(value).flatMap((parameter) => {
    if (!isRecord(parameter)) return [];
    const { name, in: place } = parameter;
    const examples = examplesOf(parameter);
    return typeof name === 'string' && typeof place === 'string' ? [{ name, in: place, examples }] : [];
  });
}

/** The examples of a body or parameter: those beside its schema, in it, and in the members of its union. */
function examplesOf(media: JsonSchema): readonly unknown[] {
  const beside = entriesOf(media['examples']).flatMap(([, example]) => (isRecord(example) ? [example['value']] : []));
  const single = media['example'] === undefined ? [] : [media['example']];
  const { schema } = media;
  const schemas = isRecord(schema) ? [schema, ...listOf(schema['anyOf']).filter(isRecord)] : [];
  return [...beside, ...single, ...schemas.flatMap(({ examples }) => listOf(examples))];
}

function decodeBody(value: unknown): Operation['body'] {
  if (!isRecord(value)) return null;
  const [first] = entriesOf(value['content']);
  if (first === undefined || !isRecord(first[1])) return null;
  return { mediaType: first[0], examples: examplesOf(first[1]) };
}

function decodeContents(value: unknown): OperationContents {
  const contents = isRecord(value) ? entriesOf(value['content']) : [];
  return new Map(
    contents.map(([mediaType, media]) => {
      const schema = isRecord(media) ? media['schema'] : undefined;
      return [mediaType, isRecord(schema) ? schema : {}];
    }),
  );
}

/** The media type of JSON in a response, if it is one. */
function jsonOf(response: unknown): readonly JsonSchema[] {
  const contents = isRecord(response) ? entriesOf(response['content']) : [];
  return contents.flatMap(([mediaType, media]) => (mediaType === 'application/json' && isRecord(media) ? [media] : []));
}

/** All operations, in the order of the description. Throws when one has no `operationId`. */
export function readOperations(document: unknown): readonly Operation[] {
  const paths = isRecord(document) ? entriesOf(document['paths']) : [];
  return paths.flatMap(([path, item]) =>
    entriesOf(item).flatMap(([name, operation]) => {
      const method = methods.find((known) => known === name.toUpperCase());
      if (method === undefined || !isRecord(operation)) return [];
      const { operationId: id, security } = operation;
      if (typeof id !== 'string') throw new Error(`${name} ${path} has no operationId`);
      return {
        id,
        summary: textOf(operation['summary']),
        tag: textOf(listOf(operation['tags'])[0]),
        method,
        path,
        parameters: decodeParameters(operation['parameters']),
        isOpen: Array.isArray(security) && security.length === 0,
        body: decodeBody(operation['requestBody']),
        responses: new Map(
          entriesOf(operation['responses']).map(([status, response]) => [status, decodeContents(response)]),
        ),
        answers: new Map(
          entriesOf(operation['responses']).flatMap(([status, response]) =>
            jsonOf(response).map((media) => [status, media] as const),
          ),
        ),
      };
    }),
  );
}

/** The path of an operation with values for its parameters, as they are: the caller encodes them. */
export function fillPath(path: string, valueFor: (name: string) => string): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => valueFor(name));
}

/** The operations by what they match; the path with the fewest parameters first, as the router decides. */
export function matchOperations(operations: readonly Operation[], url: string): readonly Operation[] {
  const path = url.split('?')[0] ?? '';
  const matching = operations.filter((operation) => {
    const pattern = operation.path
      .split(/\{[^}]+\}/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]*');
    return new RegExp(`^${pattern}$`).test(path);
  });
  const parametersOf = ({ path: template }: Operation): number => template.split('{').length;
  const fewest = Math.min(...matching.map(parametersOf));
  return matching.filter((operation) => parametersOf(operation) === fewest);
}
