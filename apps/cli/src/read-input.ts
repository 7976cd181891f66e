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

/** The expression in a file, or on stdin for `-`. Throws `CliError`. */
export async function readExpression(source: string): Promise<string> {
  try {
    return await readText(source);
  } catch (error) {
    if (!(error instanceof CliError) || !isMissing(error.cause)) throw error;
    const help = 'an expression itself is given on stdin, with `-` in place of the file';
    throw new CliError('invalidInput', `${error.message}\n  help: ${help}`, { cause: error });
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
    const name = source === '-' ? 'what came on stdin' : `\`${source}\``;
    throw new CliError('invalidInput', `${name} is not JSON: ${reason}`, { cause: error });
  }
}

/** A file that cannot be read, as people are told. */
export function unreadable(source: string, error: unknown): CliError {
  if (isMissing(error)) return new CliError('invalidInput', `there is no file \`${source}\``, { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  return new CliError('invalidInput', `\`${source}\` cannot be read: ${reason}`, { cause: error });
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
