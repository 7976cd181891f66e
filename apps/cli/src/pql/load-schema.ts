/** The `--schema` option: which fields expressions may use. */
import { anySchema, builtInSchema, loadObjectType, type ObjectType, type Schema } from '@muster/pql';
import { CliError } from '../cli-error.ts';
import { readJson } from '../read-input.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema that is meant: the built-in one, `any`, or the one in a file. Throws `CliError`. */
export async function loadSchemaOption(option: string | undefined): Promise<Schema> {
  if (option === undefined) return builtInSchema;
  if (option === 'any') return anySchema;
  return decodeSchemaFile(await readJson(option), option);
}

/**
 * The schema in a JSON document: `{ "profile": JSON Schema, "event": JSON Schema }`, or the JSON Schema of a profile,
 * whose `xEvent`, if it has one, says what events are. Events are the built-in ones where nothing is said.
 */
export function decodeSchemaFile(json: unknown, name: string): Schema {
  if (!isObject(json)) throw new CliError('invalidInput', `\`${name}\` holds no schema: it must be a JSON object`);
  const { profile, event } = json;
  if (isObject(profile) || isObject(event)) {
    return {
      profile: profile === undefined ? builtInSchema.profile : load(profile, name),
      event: event === undefined ? builtInSchema.event : load(event, name),
    };
  }
  const whole = load(json, name);
  const events = whole.fields.get('xEvent')?.type;
  const fields = new Map([...whole.fields].filter(([field]) => field !== 'xEvent'));
  const isTyped = events?.kind === 'array' && events.element.kind === 'object';
  return {
    profile: { ...whole, fields },
    event: isTyped && events.element.kind === 'object' ? events.element : builtInSchema.event,
  };
}

function load(document: unknown, name: string): ObjectType {
  const { type, problems } = loadObjectType(document);
  if (problems.length === 0) return type;
  const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
  throw new CliError('invalidInput', `the schema in \`${name}\` cannot be used:\n${lines.join('\n')}`);
}
