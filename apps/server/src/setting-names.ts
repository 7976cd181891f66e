/** The names of the server's settings. */
import { nearestName } from '@muster/pql';

/** All settings that the server reads. */
export const settingNames = [
  'MUSTER_HOST',
  'MUSTER_PORT',
  'MUSTER_DATA_DIR',
  'MUSTER_DATABASE_URL',
  'MUSTER_CLICKHOUSE_URL',
  'MUSTER_EXTERNAL_DIR',
  'MUSTER_LOG_LEVEL',
  'MUSTER_NOW',
  'MUSTER_CLOCK',
  'MUSTER_ID_SEED',
  'MUSTER_AUTH',
  'MUSTER_JWKS_URL',
  'MUSTER_JWKS_FILE',
  'MUSTER_ISSUER_KEY_FILE',
  'MUSTER_ISSUER_CLIENTS_FILE',
  'MUSTER_JWT_ISSUER',
  'MUSTER_JWT_AUDIENCE',
  'MUSTER_JWT_ALGORITHMS',
  'MUSTER_JWT_ORGANISATIONS_CLAIM',
  'MUSTER_JWT_ROLES_CLAIM',
  'MUSTER_JWT_READ_ROLES',
  'MUSTER_JWT_WRITE_ROLES',
  'MUSTER_JWT_ADMIN_ROLES',
  'MUSTER_BODY_BYTES_MAX',
  'MUSTER_JOBS_IN_PROGRESS_MAX',
  'MUSTER_JOBS_AT_ONCE_MAX',
  'MUSTER_SHUTDOWN_MS',
  'MUSTER_REQUESTS_PER_SECOND_MAX',
  'MUSTER_REQUEST_BURST_MAX',
  'MUSTER_REQUESTS_AT_ONCE_MAX',
] as const;

/** A setting that the server reads. */
export type SettingName = (typeof settingNames)[number];

const prefix = 'MUSTER_';
const shortNames = settingNames.map((name) => name.slice(prefix.length));
const known: ReadonlySet<string> = new Set(settingNames);

/** What Kubernetes sets in every container for a service such as `muster-clickhouse`: `MUSTER_CLICKHOUSE_PORT` and more. */
const serviceLink = /_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_\d+_[A-Z]+(?:_[A-Z]+)?)?)$/;

/**
 * The setting that was probably meant by the name of a variable, or null when the name is a setting or like none.
 *
 * Names that are like none are left alone: the command line and the tests have some of their own, and so has Kubernetes.
 */
export function meantSetting(name: string): string | null {
  if (!name.startsWith(prefix) || known.has(name) || serviceLink.test(name)) return null;
  const nearest = nearestName(name.slice(prefix.length), shortNames);
  return nearest === null ? null : `${prefix}${nearest}`;
}
