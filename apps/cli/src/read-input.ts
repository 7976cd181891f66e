/** Texts and JSON that commands are given as files or on stdin. */
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { CliError } from './cli-error.ts';

/** The text of a file, or of stdin for `-`. Throws `CliError`. */
export async function readText(source: string): Promise<string> {
  try {
    if (source !== '-') return await readFile(source, 'utf8');
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw unreadable(source, error);
  }
}

/** The JSON in a file, or on stdin for `-`. Throws `CliError`. */
export async function readJson(source: string): Promise<unknown> {
  const text = await readText(source);
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('invalidInput', `\`${source}\` is not JSON: ${reason}`, { cause: error });
  }
}

/** A file that cannot be read, as people are told. */
export function unreadable(source: string, error: unknown): CliError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CliError('invalidInput', `\`${source}\` cannot be read: ${reason}`, { cause: error });
}
