/**
 * Run as a program by the contract: opens the store at an address and does one thing.
 *
 *   open-store.ts URL open           opens and closes it
 *   open-store.ts URL write ORG      creates audiences without end and prints the id of each when it is stored
 *   open-store.ts URL hold NAME      takes a lock, says so, and waits to be killed
 */
import process from 'node:process';
import { openControlStore } from '../open.ts';
import { samplePlatform, sampleScope } from './samples.ts';

const [url = '', action = '', argument = ''] = process.argv.slice(2);
const store = await openControlStore(url);
if (action === 'write') {
  for (let index = 0; ; index += 1) {
    await store.audiences.create(sampleScope(argument), samplePlatform(`a-${index}`));
    process.stdout.write(`a-${index}\n`);
  }
}
if (action === 'hold') {
  await store.withLock(argument, () => {
    process.stdout.write('held\n');
    return new Promise<never>(() => setInterval(() => undefined, 60_000));
  });
}
await store.close();
