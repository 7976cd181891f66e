/** What the parts of the reader share: what they report, their limits, and the fields of nodes. */
import type { DiagnosticCode, DiagnosticParameters } from '../diagnostics/codes.ts';
import { diagnose } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Ast, Identifier } from '../syntax/ast.ts';
import { defaultParseLimits } from '../syntax/limits.ts';
import type { Span } from '../syntax/span.ts';
import { oneOf } from './function-forms.ts';
import { fieldOf, isGiven, itemsOf, type JsonSpot, pointerOf } from './json-spot.ts';
import type { Reach } from './reach.ts';

/** The span of everything that was not read from text. */
export const noSpan: Span = { start: 0, end: 0 };

/** What stands for a node that was reported. */
export const missingNode: Ast = { kind: 'missing', span: noSpan };

/** Nodes and levels of `^` that are read; more than any text within the limits of the parser gives. */
export const jsonNodesMax = 200_000;

const namePattern = /^[\p{L}_][\p{L}\p{M}\p{N}_$]*$/u;

/** Reads the node at a spot. */
export type ReadNode = (spot: JsonSpot, reach: Reach, reader: JsonReader) => Ast;

/** How names are read. */
export interface NameReading {
  /** Whether fields that are called like a word of the language are written with what they are a field of. */
  readonly qualifyWords: boolean;
}

/** One reading of a JSON value. After the first limit that is met it reads nothing more. */
export class JsonReader {
  readonly names: NameReading;
  readonly #readNode: ReadNode;
  readonly #diagnostics: Diagnostic[] = [];
  #nodes = 0;
  #depth = 0;
  #isHalted = false;

  constructor(readNode: ReadNode, names: NameReading) {
    this.#readNode = readNode;
    this.names = names;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** The node at a spot, one level deeper. */
  read(spot: JsonSpot, reach: Reach): Ast {
    if (this.#depth >= defaultParseLimits.treeHeightMax) {
      this.#halt('json/too-deep', { limit: defaultParseLimits.treeHeightMax });
    }
    if (!this.count(1)) return missingNode;
    this.#depth++;
    const ast = this.#readNode(spot, reach, this);
    this.#depth--;
    return ast;
  }

  /** Counts nodes; false when reading must stop. */
  count(nodes: number): boolean {
    this.#nodes += nodes;
    if (this.#nodes > jsonNodesMax) this.#halt('json/too-many-nodes', { limit: jsonNodesMax });
    return !this.#isHalted;
  }

  /** Reports something about a node or field. */
  report<Code extends DiagnosticCode>(code: Code, parameters: DiagnosticParameters<Code>): void {
    if (this.#isHalted) return;
    this.#diagnostics.push(diagnose(code, noSpan, parameters));
    this.#isHalted = this.#diagnostics.length >= defaultParseLimits.diagnosticsMax;
  }

  /** Reports that a spot has another type, or no value, and gives the node for it. */
  reportType(spot: JsonSpot, expected: string): Ast {
    const { parent } = spot;
    if (spot.value === undefined && parent !== null) {
      this.report('json/missing-field', { field: String(parent.key), place: pointerOf(parent.spot) });
    } else this.report('json/wrong-type', { expected, place: pointerOf(spot) });
    return missingNode;
  }

  /** A field that is a string; empty when it is reported. */
  text(spot: JsonSpot, key: string): string {
    const field = fieldOf(spot, key);
    if (typeof field.value === 'string') return field.value;
    this.reportType(field, 'a string');
    return '';
  }

  /** A field that is a name. */
  name(spot: JsonSpot, key: string): Identifier {
    const text = this.text(spot, key);
    const field = fieldOf(spot, key);
    if (typeof field.value === 'string' && !namePattern.test(text)) {
      this.report('json/bad-name', { name: text, place: pointerOf(field) });
    }
    return { text, span: noSpan };
  }

  /** The word that a spot holds, of those that may stand there; null when it is reported. */
  word<Word extends string>(spot: JsonSpot, words: readonly Word[]): Word | null {
    const word = typeof spot.value === 'string' ? oneOf(words, spot.value) : null;
    if (word === null) this.reportType(spot, words.map((each) => `\`${each}\``).join(' or '));
    return word;
  }

  /** A field that is a whole number of at least `min`; null when it is reported. */
  integer(spot: JsonSpot, key: string, { min }: { readonly min: number }): number | null {
    const field = fieldOf(spot, key);
    const { value } = field;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
    this.reportType(field, `a whole number of at least ${min}`);
    return null;
  }

  /** The items of a field that is an array; none when it is reported. */
  items(spot: JsonSpot, key: string): readonly JsonSpot[] {
    const field = fieldOf(spot, key);
    const items = itemsOf(field);
    if (items === null) this.reportType(field, 'an array');
    return items ?? [];
  }

  /** The node in a field. */
  readField(spot: JsonSpot, key: string, reach: Reach): Ast {
    return this.read(fieldOf(spot, key), reach);
  }

  /** The node in a field that may be left out or null. */
  readOptional(spot: JsonSpot, key: string, reach: Reach): Ast | null {
    return isGiven(fieldOf(spot, key)) ? this.readField(spot, key, reach) : null;
  }

  #halt<Code extends DiagnosticCode>(code: Code, parameters: DiagnosticParameters<Code>): void {
    this.report(code, parameters);
    this.#isHalted = true;
  }
}
