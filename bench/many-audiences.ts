/** A control store with many audiences, no two alike. */
import {
  actorId,
  audienceId,
  decodeOrgId,
  decodeSandboxName,
  epochMs,
  etag,
  type PlatformAudience,
  type Scope,
} from '@muster/audience';
import { openControlStore } from '@muster/store';

/** How many audiences there are. */
export const audienceCount = 100_000;

/** Audiences written at once, as far as the store allows. */
const writers = 8;

const firstCreated = Date.UTC(2024, 0, 1);
const minute = 60_000;
const things = ['buyers', 'visitors', 'readers', 'members', 'players'] as const;
const places = ['Germany', 'France', 'Japan', 'Brazil', 'Kenya', 'Canada', 'India'] as const;

/** The scope of the audiences. */
export function benchScope(): Scope {
  const [org, sandbox] = [decodeOrgId('BENCH@AdobeOrg'), decodeSandboxName('prod')];
  if (org === null || sandbox === null) throw new Error('not a scope');
  return { org, sandbox, actor: actorId('bench') };
}

function numbered(number: number): PlatformAudience {
  const place = places[number % places.length] ?? '';
  const thing = things[number % things.length] ?? '';
  const id = `audience-${String(number).padStart(6, '0')}`;
  const time = epochMs(firstCreated + number * minute);
  return {
    kind: 'platform',
    id: audienceId(id),
    externalId: id,
    name: `${place} ${thing} ${number}`,
    description: `Everyone who is one of the ${thing} in ${place} and came more than ${number % 50} times.`,
    namespace: 'AEPSegments',
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    lifecycleState: number % 10 === 0 ? 'draft' : 'published',
    labels: number % 1_000 === 0 ? ['core/C1'] : [],
    tags: [],
    schemaName: '_xdm.context.profile',
    ttlInDays: 30 + (number % 60),
    createdBy: actorId(`author-${number % 40}`),
    createdAt: time,
    lastModifiedBy: actorId(`author-${number % 40}`),
    updatedAt: epochMs(firstCreated + ((number * 7_919) % audienceCount) * minute),
    etag: etag(`"${number}"`),
    expression: { type: 'PQL', format: 'pql/text', value: `homeAddress.country = "${place}"` },
    mergePolicyId: `policy-${number % 5}`,
    evaluation: { batch: true, streaming: false, edge: false },
    excludeOptOut: true,
    overridePerformanceWarnings: false,
    ansibleDataModel: null,
    payloadSchema: null,
    dependencies: [],
    metrics: null,
  };
}

/** Writes the audiences into the control store at `databaseUrl`. */
export async function writeManyAudiences(databaseUrl: string): Promise<void> {
  const store = await openControlStore(databaseUrl);
  const scope = benchScope();
  let next = 0;
  const write = async (): Promise<void> => {
    while (next < audienceCount) await store.audiences.create(scope, numbered(next++));
  };
  try {
    await store.sandboxes.ensure(scope, epochMs(firstCreated));
    await Promise.all(Array.from({ length: writers }, write));
  } finally {
    await store.close();
  }
}
