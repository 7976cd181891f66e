import type { ControlDialect } from '../dialect/control-dialect.ts';

/** What a migration may know of the engine it runs on. */
export type MigrationContext = Pick<ControlDialect, 'indexesLongText' | 'byteTextType'>;
