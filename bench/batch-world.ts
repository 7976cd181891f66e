/** A sandbox with many people and events, made inside the engine in the tables that the data store made. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { actorId, decodeOrgId, decodeSandboxName, epochMs, type Scope } from '@muster/audience';
import { builtInSchema, decodeDocument, type SqlFragment, sql } from '@muster/pql';
import { type OpenEngine, openEngine } from '@muster/store/engine-access';
import { asOf, dayMs } from './batch-audiences.ts';

/** SQL as a person writes it; the benches hold no text from outside. */
export function handWritten(text: string): SqlFragment {
  return sql(Object.assign([text], { raw: [text] }));
}

/** How much there is. */
interface WorldSize {
  readonly profiles: number;
  readonly events: number;
}

/** What `work` gives with an engine of its own, whose one sandbox is filled; `MUSTER_BENCH_SCALE` says how much. */
export async function inBenchWorld<Result>(
  work: (engine: OpenEngine, scope: Scope) => Promise<Result>,
): Promise<Result> {
  const scale = scaleOf(process.env['MUSTER_BENCH_SCALE']);
  const size = { profiles: Math.round(1_000_000 * scale), events: Math.round(10_000_000 * scale) };
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const engine = await openEngine({ folder });
  try {
    const scope = benchScope();
    await fillWorld(engine, scope, size);
    return await work(engine, scope);
  } finally {
    await engine.store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const scaleOf = (text: string | undefined): number => {
  const scale = Number(text ?? '1');
  if (scale > 0 && scale <= 100) return scale;
  throw new Error(`MUSTER_BENCH_SCALE is \`${text}\`; expected a number above 0, such as 0.1`);
};

function benchScope(): Scope {
  const org = decodeOrgId('bench@Muster');
  const sandbox = decodeSandboxName('bench');
  if (org === null || sandbox === null) throw new Error('the names of the bench sandbox are malformed');
  return { org, sandbox, actor: actorId('bench') };
}

const eventsPerInsert = 1_000_000;

/** Fills the sandbox and tidies it, as an import does at its end. */
async function fillWorld(engine: OpenEngine, scope: Scope, size: WorldSize): Promise<void> {
  await makeColumns(engine, scope);
  const database = engine.databaseOf(scope);
  const run = (text: string): Promise<void> => engine.client.command(handWritten(text));
  await run(`TRUNCATE TABLE ${database}.profiles`);
  await run(`TRUNCATE TABLE ${database}.events`);
  await run(`INSERT INTO ${database}.profiles (profile_id, namespace, identity, \`homeAddress/country\`,
      \`homeAddress/city\`, \`loyalty/points\`, \`loyalty/tier\`, \`person/gender\`, \`person/birthYear\`,
      \`person/name/firstName\`)
    SELECT number + 1, 'Email', concat('person', toString(number), '@example.com'),
      ['DE', 'US', 'FR', 'GB', 'JP', 'IT', 'ES', 'BR'][cityHash64(number, 1) % 8 + 1],
      concat('City ', toString(cityHash64(number, 2) % 500)),
      if(cityHash64(number, 3) % 10 < 3, NULL, toFloat64(cityHash64(number, 4) % 3000)),
      if(cityHash64(number, 3) % 10 < 3, NULL, ['gold', 'silver', 'bronze', 'none'][cityHash64(number, 5) % 4 + 1]),
      ['female', 'male', 'not_specified'][cityHash64(number, 6) % 3 + 1],
      1940 + cityHash64(number, 7) % 70, concat('Name ', toString(cityHash64(number, 8) % 200))
    FROM numbers(${size.profiles})`);
  for (let first = 0; first < size.events; first += eventsPerInsert) {
    const count = Math.min(eventsPerInsert, size.events - first);
    await run(`INSERT INTO ${database}.events (profile_id, timestamp, _id, dataset_id, eventType,
        \`commerce/order/priceTotal\`, \`web/webPageDetails/name\`)
      SELECT 1 + cityHash64(number, 11) % ${size.profiles}, ${asOf} - cityHash64(number, 12) % ${180 * dayMs},
        concat('event', toString(number)), 'bench',
        ['commerce.purchases', 'commerce.productViews', 'commerce.productListAdds', 'web.webpagedetails.pageViews',
          'web.webinteraction.linkClicks', 'application.launch', 'application.close',
          'web.formFilledOut'][cityHash64(number, 13) % 8 + 1],
        if(cityHash64(number, 13) % 8 < 3, round(cityHash64(number, 14) % 30000 / 100, 2), NULL),
        if(cityHash64(number, 13) % 8 < 3, NULL, concat('page ', toString(cityHash64(number, 15) % 50)))
      FROM numbers(${first}, ${count})`);
  }
  await engine.store.compact(scope);
}

/** Writes one person with one event of each shape, so that every table has its columns. */
async function makeColumns({ store }: OpenEngine, scope: Scope): Promise<void> {
  const identity = { namespace: 'Email', id: 'first@example.com' };
  const attributes = decodeDocument(builtInSchema.profile, {
    homeAddress: { country: 'DE', city: 'City 1' },
    loyalty: { points: 1, tier: 'gold' },
    person: { gender: 'female', birthYear: 1980, name: { firstName: 'Name 1' } },
  }).document;
  const body = decodeDocument(builtInSchema.event, {
    _id: 'event',
    timestamp: asOf,
    eventType: 'commerce.purchases',
    commerce: { order: { priceTotal: 1 } },
    web: { webPageDetails: { name: 'page 1' } },
  }).document;
  await store.write(scope, builtInSchema, {
    datasetId: 'bench',
    records: [{ identity, attributes, time: epochMs(asOf) }],
    events: [{ identity, id: 'event', timestamp: epochMs(asOf), body }],
  });
}
