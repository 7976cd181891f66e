import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDataStore } from './contract.ts';
import { openClickHouseDataStore, openEmbeddedDataStore } from './open.ts';

describeDataStore('embedded engine', () =>
  openEmbeddedDataStore({ folder: mkdtempSync(join(tmpdir(), 'muster-data-')) }),
);

const url = process.env['MUSTER_TEST_CLICKHOUSE_URL'];
if (url !== undefined) describeDataStore('ClickHouse server', () => Promise.resolve(openClickHouseDataStore({ url })));
