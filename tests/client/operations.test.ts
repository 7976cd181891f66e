/** Every operation of the server has a method of the client, and the two understand each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientCredentials, type Send } from '@muster/client';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { eventually } from '../service/client.ts';
import { clientOf, collect, people, startServer } from './client-server.ts';

/** Operations that the client leaves out, and why. */
const leftOut: Readonly<Record<string, string>> = {
  createExternalAudienceAlias: 'the address without the slash does the same; so with the other aliases',
  deleteExternalAudienceAlias: 'as above',
  getExternalOperationAlias: 'as above',
  listExportJobsAlias: 'as above',
  createTokenV1: 'an issuer is named by its whole address; v3 is tried here, and the versions are alike',
  createTokenV2: 'as v1, which v3 stands for',
  getPostmanCollection: 'for Postman',
  getDescription: 'the client is made from the schemas themselves',
  listTokenKeys: 'for those who check tokens, not for those who send them',
};

const Description = Type.Object({
  paths: Type.Record(
    Type.String(),
    Type.Record(Type.String(), Type.Object({ operationId: Type.Optional(Type.String()) })),
  ),
});

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: RegExp;
}

const called: { readonly method: string; readonly path: string }[] = [];
const recordingSend: Send = (url, { signal, ...request }) => {
  called.push({ method: request.method, path: new URL(url).pathname });
  return fetch(url, { ...request, signal, ...(typeof request.body === 'object' ? { duplex: 'half' } : {}) });
};

const baseUrl = await startServer();
const client = clientOf(baseUrl, 'prod', { send: recordingSend });

const rule = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "DE"' } as const;
const definition = { name: 'Germany', schema: { name: '_xdm.context.profile' }, expression: rule };

const schedule = { name: 'Nightly', type: 'batch_segmentation', properties: { segments: ['*'] } } as const;

test('audiences are created, found, changed and deleted', async () => {
  const { audiences } = client;
  const { id, _etag } = await audiences.create({ name: 'A', expression: rule });
  assert.equal((await audiences.get(id)).name, 'A');
  const patched = await audiences.patch(id, [{ op: 'add', path: '/description', value: 'new' }], { ifMatch: _etag });
  assert.equal(patched.description, 'new');
  assert.equal((await audiences.replace(id, { name: 'B', expression: rule })).name, 'B');
  const crm = { audienceId: 'vip', namespace: 'crm' };
  await audiences.create({ ...crm, name: 'VIPs', type: 'ExternalSegment' });
  const operations = [{ op: 'add', path: '/metrics/data', value: { totalProfiles: 12 } } as const];
  const reported = await audiences.reportMetrics({
    jobId: 'nightly',
    jobType: 'export',
    resources: [{ ...crm, operations }],
  });
  assert.deepEqual(
    reported.resources.map(({ status }) => status),
    [200],
  );
  const { results } = await audiences.bulkGet([id, 'nobody']);
  assert.deepEqual(
    Object.values(results).map((entry) => 'id' in entry),
    [true, false],
  );
  assert.deepEqual(
    (await audiences.list({ property: ['audienceId==vip'] })).children.map(({ name }) => name),
    ['VIPs'],
  );
  await audiences.delete(id);
  assert.deepEqual(
    (await collect(audiences.iterate({ limit: 1 }))).map(({ name }) => name),
    ['VIPs'],
  );
});

test('segment definitions are created, found, converted, changed and deleted', async () => {
  const { definitions } = client;
  const { id } = await definitions.create(definition);
  assert.equal((await definitions.get(id)).name, 'Germany');
  assert.equal((await definitions.update(id, { description: 'new' })).description, 'new');
  assert.equal((await definitions.list()).page.totalCount, 1);
  assert.deepEqual(Object.keys((await definitions.bulkGet([id])).results), [id]);
  assert.equal((await definitions.convert({ expression: rule })).expression.format, 'pql/json');
  await definitions.create({ ...definition, name: 'Second' });
  assert.equal((await collect(definitions.iterate({ limit: 1 }))).length, 2);
  assert.equal((await definitions.delete(id)).status, true);
});

test('files are imported, audiences evaluated, members read', async () => {
  const { imports, jobs, members, audiences } = client;
  const announced = await imports.create({ name: 'people.jsonl', kind: 'profiles', fingerprint: 'people' });
  assert.equal((await imports.putContent(announced.id, people)).status, 'succeeded');
  assert.equal((await imports.get(announced.id)).counts.profiles, 3);
  assert.equal((await imports.list()).children.length, 1);
  assert.equal((await collect(imports.iterate())).length, 1);
  const { id } = await audiences.create({ name: 'Germans', expression: rule });
  const started = await jobs.create([{ segmentId: id }], { asOf: '2030-01-01T00:00:00Z' });
  const looks: string[] = [];
  const job = await jobs.waitFor(started.id, { pollMsMin: 5, onProgress: ({ status }) => looks.push(status) });
  assert.equal(job.status, 'SUCCEEDED');
  assert.equal(looks.at(-1), 'SUCCEEDED');
  assert.equal(job.muster.asOf, '2030-01-01T00:00:00.000Z');
  assert.equal((await members.list(id, { limit: 1 }))._page.totalCount, 2);
  const found = await collect(members.iterate(id, { limit: 1, fields: 'homeAddress.country' }));
  assert.deepEqual(
    found.map(({ identity, fields }) => [identity.id, fields['homeAddress.country']]),
    [
      ['ada', 'DE'],
      ['bob', 'DE'],
    ],
  );
  const lines = Buffer.concat(await collect(await members.export(id, { format: 'jsonl' }))).toString('utf8');
  assert.equal(lines.trim().split('\n').length, 2);
});

test('jobs are listed, looked up together and cancelled', async () => {
  const { jobs } = client;
  const { id } = await jobs.create({ segments: [{ segmentId: '*' }] });
  const ended = await jobs.waitFor(id, { pollMsMin: 5 });
  await assert.rejects(jobs.cancel(ended.id), { name: 'MusterInvalidError', code: 'MUSTER-100018-400' });
  assert.deepEqual(Object.keys((await jobs.bulkGet([id])).results), [id]);
  const listed = await jobs.list({ status: 'SUCCEEDED' });
  assert.equal((await collect(jobs.iterate({ limit: 1 }))).length, listed._page.totalCount);
});

test('schedules are created, found, changed, filled, triggered and deleted', async () => {
  const { schedules, audiences } = client;
  const { id: audience } = await audiences.create({ name: 'Scheduled', expression: rule });
  const { id } = await schedules.create({ ...schedule, properties: { segments: [audience] } });
  await schedules.update(id, [{ op: 'add', path: '/state', value: 'inactive' }]);
  assert.equal((await schedules.get(id)).state, 'inactive');
  assert.equal((await schedules.list()).children.length, 1);
  assert.equal((await collect(schedules.iterate())).length, 1);
  const { id: other } = await audiences.create({ name: 'Also', expression: rule });
  assert.deepEqual((await schedules.addAudiences(id, [other])).added, [other]);
  assert.deepEqual((await schedules.mapAudiences([other])).audienceMap[other], [id]);
  assert.deepEqual((await schedules.removeAudiences(id, [other])).removed, [other]);
  await schedules.trigger(id);
  await schedules.delete(id);
  await assert.rejects(schedules.get(id), { name: 'MusterNotFoundError' });
});

test('sandboxes are created and found', async () => {
  const { sandboxes } = client;
  assert.equal((await sandboxes.create({ name: 'acme-dev', type: 'development' })).name, 'acme-dev');
  assert.equal((await sandboxes.get('acme-dev')).isDefault, false);
  assert.equal((await sandboxes.listAvailable()).sandboxes.length, (await sandboxes.list()).sandboxes.length);
  const names = (await collect(sandboxes.iterate({ limit: 1 }))).map(({ name }) => name);
  assert.deepEqual([...names].sort(), ['acme-dev', 'prod']);
  assert.deepEqual((await sandboxes.types()).sandboxTypes, ['production', 'development']);
  assert.equal((await sandboxes.rename('acme-dev', 'Acme')).title, 'Acme');
  assert.equal((await sandboxes.reset('acme-dev')).state, 'active');
  assert.equal((await sandboxes.delete('acme-dev')).state, 'deleted');
});

test('a client fetches its token from the issuer first', async () => {
  const who = { clientId: 'any', clientSecret: 'any', scopes: ['openid'] };
  const token = clientCredentials({ tokenUrl: `${baseUrl}/ims/token/v3`, ...who, send: recordingSend });
  assert.equal((await clientOf(baseUrl, 'prod', { token }).imports.list())._page.start, '0');
});

test('a rule is previewed and estimated', async () => {
  const { previews } = client;
  const wanted = { predicateExpression: rule.value, predicateType: 'pql/text', predicateModel: '_xdm.context.profile' };
  const { previewId } = await previews.create(wanted, { asOf: '2030-01-01T00:00:00Z' });
  const estimate = await previews.waitFor(previewId);
  assert.equal(estimate.state, 'RESULT_READY');
  assert.equal((await previews.results(previewId, { limit: 1 })).results.length, Math.min(1, estimate.estimatedSize));
  assert.equal((await previews.cancel(previewId)).status, true);
});

test('profiles are exported into files', async () => {
  const { exportJobs } = client;
  const wanted = {
    destination: { datasetId: '5b7c86968f7b6501e21ba9df' },
    schema: { name: '_xdm.context.profile' },
    muster: { format: 'csv' as const },
  };
  const started = await exportJobs.create(wanted);
  const job = await exportJobs.waitFor(started.id);
  assert.equal(job.status, 'SUCCEEDED');
  const [file] = job.muster.files;
  assert.ok(file !== undefined);
  const bytes = Buffer.concat(await collect(await exportJobs.file(job.id, file.name)));
  assert.equal(bytes.length, file.bytes);
  await exportJobs.create(wanted);
  assert.equal((await collect(exportJobs.iterate({ limit: 1 }))).length, 2);
  await assert.rejects(exportJobs.cancel(job.id), { name: 'MusterInvalidError' });
});

test('audiences are searched', async () => {
  const { search, audiences } = client;
  const { id } = await audiences.create({ name: 'Searched', expression: rule });
  const what = { schemaClass: '_xdm.context.segmentdefinition', s: 'segmentName:Searched' };
  const [found] = (await search.namespaces(what)).namespaces;
  const namespace = found?.namespace ?? '';
  const { entities } = await search.entities({ ...what, namespace });
  assert.deepEqual(
    entities.map(({ name }) => name),
    ['Searched'],
  );
  const { schemaClass } = what;
  const { taxonomy } = await search.taxonomy({ schemaClass, namespace, entityId: id });
  assert.deepEqual(
    taxonomy.map(({ id }) => id),
    ['root'],
  );
});

test('external audiences are made, changed, extended, filled and deleted', async () => {
  const { externalAudiences } = client;
  const { operationId } = await externalAudiences.create({
    name: 'VIPs of the CRM',
    fields: [{ name: 'email', type: 'string', identityNs: 'Email' }],
    sourceSpec: { params: { path: 'vips.csv', type: 'file' } },
    originName: 'CUSTOM_UPLOAD',
  });
  const made = await eventually('audience', async () => {
    const operation = await externalAudiences.operation(operationId);
    return operation.status === 'SUCCESS' ? operation : null;
  });
  const id = made.audienceId ?? '';
  assert.equal((await externalAudiences.change(id, { description: 'new' })).description, 'new');
  const { runId } = await externalAudiences.startRun(id, { dataFilterStartTime: 0 });
  const run = await eventually('end of the run', async () => {
    const looked = await externalAudiences.run(id, runId);
    return looked.status === 'PROCESSING' ? null : looked;
  });
  assert.equal(run.status, 'SUCCESS', run.muster.reason);
  assert.equal((await externalAudiences.runs(id)).runs.length, 1);
  assert.equal((await externalAudiences.extend(id)).audienceId, id);
  await externalAudiences.delete(id);
  const { audienceId } = await externalAudiences.createMetadata({ name: 'Partners', audienceId: 'p', namespace: 'n' });
  assert.equal(audienceId, 'p');
});

test('the clock is set, moved and given back', async () => {
  const { clock } = client;
  const tomorrow = new Date((await clock.get()).epochMs + 86_400_000).toISOString();
  assert.deepEqual((await clock.set({ now: tomorrow })).now, tomorrow);
  assert.equal((await clock.advance({ hours: 1 })).epochMs, Date.parse(tomorrow) + 3_600_000);
  assert.equal((await clock.set({ mode: 'system' })).mode, 'system');
});

test('operators are told how the server is', async () => {
  const { operations } = client;
  assert.deepEqual(await operations.live(), { status: 'live' });
  assert.deepEqual((await operations.ready()).checks, { control: 'ok', data: 'ok' });
  assert.match(await operations.metrics(), /^# HELP/);
});

test('every operation that the server describes has a method, or a reason to have none', async () => {
  const description: unknown = await (await fetch(`${baseUrl}/openapi.json`)).json();
  assert.ok(Check(Description, description));
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]): Operation => {
      const pattern = path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+');
      return { id: operationId ?? `${method} ${path}`, method: method.toUpperCase(), path: new RegExp(`^${pattern}$`) };
    }),
  );
  const uncalled = operations
    .filter(({ method, path }) => !called.some((call) => call.method === method && path.test(call.path)))
    .map(({ id }) => id);
  assert.deepEqual(uncalled.sort(), Object.keys(leftOut).sort());
});
