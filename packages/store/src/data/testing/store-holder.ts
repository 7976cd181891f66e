/** A program that opens a data store in the folder of its argument, says the engine's process id, and waits. */
import { openEmbeddedDataStore } from '../open.ts';

const store = await openEmbeddedDataStore({ folder: process.argv[2] ?? '' });
process.send?.(store.engineProcessId());
