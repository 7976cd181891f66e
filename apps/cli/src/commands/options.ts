/** What several commands share: their options, decoded. */
import process from 'node:process';
import { decodeOrgId, decodeSandboxName } from '@muster/audience';
import { formatIsoTime, parseIsoTime } from '@muster/pql';
import { InvalidArgumentError } from 'commander';
import { createOutput, type Output } from '../output.ts';
import type { ServiceOptions } from '../service/connect.ts';

/** The options that every command has. */
export interface GlobalOptions extends ServiceOptions {
  readonly json?: boolean;
}

/** The output that the options ask for. */
export const outputFor = ({ json }: Pick<GlobalOptions, 'json'>): Output =>
  createOutput(json === true, process.stdout, process.stderr);

/** A time in ISO 8601; a date alone is its midnight, UTC. Throws commander's error for wrong arguments. */
export function decodeTime(text: string): string {
  const time = parseIsoTime(text);
  if (time === null) throw new InvalidArgumentError('Expected ISO 8601, such as 2024-05-31T00:00:00Z.');
  return formatIsoTime(time);
}

/** The id of an organisation. Throws commander's error for wrong arguments. */
export function decodeOrg(text: string): string {
  if (decodeOrgId(text) === null) throw new InvalidArgumentError('Expected an id such as DEMO@AdobeOrg.');
  return text;
}

/** The name of a sandbox. Throws commander's error for wrong arguments. */
export function decodeSandbox(text: string): string {
  if (decodeSandboxName(text) !== null) return text;
  throw new InvalidArgumentError('Expected lower-case letters, digits and hyphens.');
}

/** The number of a port; 0 chooses a free one. Throws commander's error for wrong arguments. */
export function decodePort(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 65_535) return value;
  throw new InvalidArgumentError('Expected a whole number from 0 to 65535.');
}

/** A whole number from 1. Throws commander's error for wrong arguments. */
export function decodeCount(text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}
