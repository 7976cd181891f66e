/** The public surface of the language. */
export type { DataLayout, Column, ColumnElement, TableLayout } from './sql/layout.ts';
export type { ParameterType, SqlFragment, SqlStatement, SqlValue } from './sql/fragment.ts';
export { identifier, joinSql, noSql, parameter, renderSql, sql } from './sql/fragment.ts';
export type { Formula } from './plan/formula.ts';
export type { BatchScans, Scan } from './plan/scan.ts';
export type { Field, ObjectType, PqlType, Schema } from './types/type.ts';
export { scalarTypes } from './types/type.ts';
export type { PqlObject, PqlValue } from './types/value.ts';
