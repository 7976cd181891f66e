/** What several commands share: their options, decoded. */
import process from 'node:process';
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

/** A whole number from 1. Throws commander's error for wrong arguments. */
export function decodeCount(text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}
