/** The `columns` of a mapping. */
import type { Column, ColumnType } from './column.ts';
import { compileTimeReader } from './date-time.ts';
import { type Findings, isObject, pointTo, type UnknownObject } from './findings.ts';

const columnTypes = ['string', 'integer', 'number', 'boolean', 'date', 'date-time', 'array', 'object'] as const;
type ColumnTypeName = (typeof columnTypes)[number];

const isColumnTypeName = (text: unknown): text is ColumnTypeName => columnTypes.some((name) => name === text);
/** Names expressions can use without quotes. */
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

const isPlainType = (name: ColumnTypeName): name is 'string' | 'integer' | 'number' | 'boolean' =>
  name === 'string' || name === 'integer' || name === 'number' || name === 'boolean';

/** The columns in `value`; `missing` are the texts that mean no value in columns that do not say otherwise. */
export function decodeColumns(
  value: unknown,
  pointer: string,
  missing: readonly string[],
  findings: Findings,
): readonly Column[] {
  const object = findings.object(value, pointer, null);
  if (object === null) return [];
  if (Object.keys(object).length === 0) findings.add(pointer, 'must name a column');
  return Object.entries(object).flatMap(([name, column]) => {
    const decoded = decodeColumn(name, column, pointTo(pointer, name), missing, findings);
    return decoded === null ? [] : [decoded];
  });
}

function decodeColumn(
  name: string,
  value: unknown,
  pointer: string,
  missing: readonly string[],
  findings: Findings,
): Column | null {
  if (!namePattern.test(name)) {
    findings.add(pointer, `\`${name}\` cannot be used in expressions`, {
      expected: 'letters, digits and underscores',
      suggestion: `give it another name, and the name in the file as \`source\``,
    });
  }
  const definition: UnknownObject = isObject(value) ? value : { type: value };
  findings.object(definition, pointer, ['type', 'source', 'missing', 'format', 'zone', 'items', 'columns']);
  const type = decodeType(definition, pointer, missing, findings);
  if (type === null) return null;
  return {
    name,
    source:
      definition['source'] === undefined ? name : (findings.text(definition['source'], `${pointer}/source`) ?? name),
    type,
    missing: new Set(findings.texts(definition['missing'], `${pointer}/missing`, missing)),
  };
}

function decodeType(
  definition: UnknownObject,
  pointer: string,
  missing: readonly string[],
  findings: Findings,
): ColumnType | null {
  const name = definition['type'];
  if (!isColumnTypeName(name)) {
    findings.add(pointer, 'has no known type', { expected: columnTypes.join(', ') });
    return null;
  }
  if (isPlainType(name)) return { kind: name };
  if (name === 'object') {
    return { kind: 'object', columns: decodeColumns(definition['columns'], `${pointer}/columns`, missing, findings) };
  }
  if (name === 'array') {
    const items = definition['items'];
    const type = decodeType(isObject(items) ? items : { type: items }, `${pointer}/items`, missing, findings);
    return type === null ? null : { kind: 'array', items: type };
  }
  return decodeTime(definition, name === 'date' ? 'yyyy-MM-dd' : 'iso', pointer, findings);
}

function decodeTime(
  definition: UnknownObject,
  defaultFormat: string,
  pointer: string,
  findings: Findings,
): ColumnType | null {
  const format = definition['format'] ?? defaultFormat;
  const zone = definition['zone'] ?? 'UTC';
  if (typeof format !== 'string' || typeof zone !== 'string') {
    findings.add(pointer, '`format` and `zone` must be texts', { expected: 'string' });
    return null;
  }
  const read = compileTimeReader(format, zone);
  if (typeof read === 'function') return { kind: 'time', format, read };
  findings.add(pointer, read.error);
  return null;
}
