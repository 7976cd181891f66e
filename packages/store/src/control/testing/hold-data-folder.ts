/** Run as a program by data-folder.test.ts: takes the folder it is given, says so, and waits to be killed. */
import process from 'node:process';
import { lockDataFolder } from '../data-folder.ts';

const [path = ''] = process.argv.slice(2);
const lock = lockDataFolder(path);
lock.publishUrl('http://127.0.0.1:8080');
process.stdout.write('held\n');
setInterval(() => lock.path, 60_000);
