/**
 * Keeps the hidden class of Node's tick objects for as long as the process runs.
 *
 * V8 holds hidden classes weakly. A garbage collection that meets no waiting tick drops theirs, and `process.nextTick`,
 * which has noted the class it saw first, makes each later tick on a slow path: a fifth of the look-ups a second. One
 * tick object that stays is enough. Imported before all else, so that nothing was collected yet.
 */
import { executionAsyncResource } from 'node:async_hooks';
import process from 'node:process';

const kept: object[] = [];
// Inside a tick, the resource of the execution is the tick object itself.
process.nextTick(() => kept.push(executionAsyncResource()));
