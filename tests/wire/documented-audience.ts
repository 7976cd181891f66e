/** The audience as the published page of the endpoint shows it: which fields each operation has, and their types. */
import assert from 'node:assert/strict';

type Test = (value: unknown) => boolean;

const text: Test = (value) => typeof value === 'string' && value !== '';
const flag: Test = (value) => typeof value === 'boolean';
const whole: Test = (value) => Number.isSafeInteger(value);
const milliseconds: Test = (value) => whole(value) && String(value).length === 13;
const seconds: Test = (value) => whole(value) && String(value).length === 10;
const texts: Test = (value) => Array.isArray(value) && value.every(text);
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with these fields, and no others. */
function shape(fields: Readonly<Record<string, Test>>): Test {
  return (value) =>
    isObject(value) &&
    Object.keys(value).every((name) => Object.hasOwn(fields, name)) &&
    Object.entries(fields).every(([name, test]) => test(new Map(Object.entries(value)).get(name)));
}

const enabled = shape({ enabled: flag });
const oneOf =
  (...values: readonly string[]): Test =>
  (value) =>
    typeof value === 'string' && values.includes(value);

const common: Readonly<Record<string, Test>> = {
  id: text,
  audienceId: text,
  imsOrgId: text,
  sandbox: shape({
    sandboxId: text,
    sandboxName: text,
    type: oneOf('production', 'development'),
    default: flag,
  }),
  name: text,
  type: oneOf('SegmentDefinition', 'ExternalSegment'),
  lifecycleState: oneOf('draft', 'published', 'inactive'),
  namespace: text,
  creationTime: milliseconds,
  createEpoch: seconds,
  updateTime: milliseconds,
  updateEpoch: seconds,
};

const platform: Readonly<Record<string, Test>> = {
  ...common,
  schema: shape({ name: text }),
  expression: shape({ type: oneOf('PQL', 'pql'), format: oneOf('pql/text', 'pql/json'), value: text }),
  mergePolicyId: text,
  evaluationInfo: shape({ batch: enabled, continuous: enabled, synchronous: enabled }),
  dataGovernancePolicy: shape({ excludeOptOut: flag }),
  dependents: texts,
  dependencies: texts,
  definedOn: (value) =>
    Array.isArray(value) &&
    value.length === 1 &&
    value.every(shape({ 'meta:resourceType': text, 'meta:containerId': text, $ref: text })),
  overridePerformanceWarnings: flag,
};

/** Fields that are in some samples, or in newer editions, of both kinds and of platform audiences. */
const optional: Readonly<Record<string, Test>> = {
  description: text,
  isSystem: flag,
  originName: text,
  createdBy: text,
  lastModifiedBy: text,
  labels: texts,
  tags: texts,
  ttlInDays: whole,
  saveSegmentMembership: flag,
  _etag: (value) => typeof value === 'string' && /^"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"$/.test(value),
};
const optionalOfPlatform: Readonly<Record<string, Test>> = {
  profileInstanceId: oneOf('ups'),
  state: oneOf('enabled'),
  ansibleUiEnabled: flag,
  ansibleDataModel: isObject,
};
const optionalOfExternal: Readonly<Record<string, Test>> = {
  datasetId: text,
  linkedAudienceRef: isObject,
  audienceMeta: isObject,
  sourceId: text,
};

/** What is documented of each kind. */
const kinds = {
  platform: { required: platform, optional: { ...optional, ...optionalOfPlatform } },
  external: { required: common, optional: { ...optional, ...optionalOfExternal } },
} as const;

/**
 * Throws unless `value` is an audience as documented: every field of its kind and every one of `shown`, which are in the
 * operation's sample, and no field that is documented nowhere; each of its type.
 */
export function assertDocumented(value: unknown, kind: keyof typeof kinds, shown: readonly string[]): void {
  assert.ok(isObject(value), `no object: ${JSON.stringify(value)}`);
  const { required, optional: further } = kinds[kind];
  const fields = new Map(Object.entries(value));
  for (const name of [...Object.keys(required), ...shown]) assert.ok(fields.has(name), `\`${name}\` is missing`);
  for (const [name, found] of fields) {
    const test = required[name] ?? new Map(Object.entries(further)).get(name);
    assert.ok(test !== undefined, `\`${name}\` is documented nowhere`);
    assert.ok(test(found), `\`${name}\` has the type of ${JSON.stringify(found)}`);
  }
}
