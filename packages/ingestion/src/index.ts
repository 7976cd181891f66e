/** Files and documents into profiles and events: what other packages may use. */
export {
  type AudienceFile,
  type AudienceFiles,
  type AudienceIngestion,
  ingestAudience,
} from './ingest-audience.ts';
export { type ImportLimits, importLimits } from './limits.ts';
export { checkMapping } from './mapping/check-mapping.ts';
export { decodeMapping } from './mapping/decode-mapping.ts';
export type { Mapping } from './mapping/mapping.ts';
export { type ImportDependencies, receiveImport } from './receive-import.ts';
