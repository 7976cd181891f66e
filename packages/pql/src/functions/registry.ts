/** All functions and operators of the language. */
import { dates } from './dates.ts';
import type { FunctionName, FunctionRecord } from './function-record.ts';
import { lists } from './lists.ts';
import { maps } from './maps.ts';
import { operators } from './operators.ts';
import { strings } from './strings.ts';

/** Every record by name; a map, so that no name can reach a prototype. */
export const functionRegistry: ReadonlyMap<FunctionName, FunctionRecord> = new Map(
  [operators, lists, maps, strings, dates].flatMap((records) => Object.entries(records)),
);

/** The record of a function that the checker resolved. Throws a bug for an unknown name. */
export function functionRecord(name: FunctionName): FunctionRecord {
  const record = functionRegistry.get(name);
  if (record === undefined) throw new Error(`no function is called ${name}`);
  return record;
}
