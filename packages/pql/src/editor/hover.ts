/** What stands at a place, explained. */

import { describeFunction, signatureOf } from '../functions/function-description.ts';
import type { Ast } from '../syntax/ast.ts';
import { lexText } from '../syntax/lexer.ts';
import { defaultParseLimits } from '../syntax/limits.ts';
import type { Span } from '../syntax/span.ts';
import type { Token } from '../syntax/token.ts';
import { describeType } from '../types/describe.ts';
import type { PqlType, Schema } from '../types/type.ts';
import { boundedOffset } from './cursor.ts';
import { fieldDocumentation, fieldOf } from './field-of.ts';
import { declarationsOf, type Picture, pictureOf } from './picture.ts';
import { describeKeyword, describeSymbol, describeUnit } from './word-descriptions.ts';

/** An explanation of a piece of text. */
export interface Hover {
  readonly span: Span;
  readonly title: string;
  /** A type in words, `keyword`, `unit of time`, `operator`, or of a function what it gives. */
  readonly type: string;
  /** Paragraphs between empty lines; may be empty. */
  readonly documentation: string;
}

/** What stands at an offset (UTF-16) of a text: a field, variable, function, keyword, unit or operator. Never throws. */
export function hoverAt(text: string, offset: number, schema: Schema): Hover | null {
  const token = tokenAt(text, boundedOffset(text, offset));
  if (token === null) return null;
  switch (token.kind) {
    case 'identifier': {
      const picture = pictureOf(text, schema);
      return hoverNode(token, picture) ?? hoverWord(token);
    }
    case 'parameter':
    case 'outer': {
      const title = token.kind === 'parameter' ? `$${token.position}` : '^'.repeat(token.levels);
      const documentation = token.kind === 'parameter' ? 'The profile.' : 'The item around, at last the profile.';
      const type = typeAt(token, pictureOf(text, schema));
      return { span: token.span, title, type: type === null ? '' : describeType(type), documentation };
    }
    case 'symbol': {
      const documentation = describeSymbol(token.symbol);
      return documentation === null ? null : { span: token.span, title: token.symbol, type: 'operator', documentation };
    }
    default:
      return null;
  }
}

/** The token an offset is in; at the border of two, the word, else what can be told more of than a symbol. */
function tokenAt(text: string, offset: number): Token | null {
  const { tokens } = lexText(text, defaultParseLimits);
  const touching = tokens.filter(({ kind, span }) => kind !== 'end' && span.start <= offset && offset <= span.end);
  return (
    touching.find(({ kind }) => kind === 'identifier') ??
    touching.find(({ kind }) => kind === 'outer' || kind === 'parameter') ??
    touching.at(-1) ??
    null
  );
}

type WordToken = Extract<Token, { readonly kind: 'identifier' }>;

function typeAt({ span }: Token, picture: Picture): PqlType | null {
  const node = picture.nodes.find(
    ({ kind, span: { start, end } }) =>
      (kind === 'outer' || kind === 'parameter') && start === span.start && end === span.end,
  );
  return node === undefined ? null : (picture.meaningOf(node)?.expression.type ?? null);
}

/** The explanation of a word by the node it names; null for words that name none. */
function hoverNode(token: WordToken, picture: Picture): Hover | null {
  for (const node of picture.nodes) {
    const hover = hoverOf(node, token, picture);
    if (hover !== null) return hover;
  }
  return null;
}

function hoverOf(node: Ast, token: WordToken, picture: Picture): Hover | null {
  const { start } = token.span;
  if (node.kind === 'name' && node.span.start === start) return hoverName(node, token, picture);
  if (node.kind === 'member' && node.member.span.start === start) return hoverField(node, token, picture);
  if (node.kind === 'call' && node.name.span.start === start) {
    return hoverFunction(token, node.receiver === null ? 'function' : 'method');
  }
  if (node.kind === 'let' && node.name.span.start === start) return hoverVariable(token, typeOf(node.value, picture));
  if (node.kind === 'lambda' && node.parameters.some(({ span }) => span.start === start)) {
    return hoverVariable(token, usedType(token.text, node.body, picture));
  }
  const declared = declarationsOf(node).find(({ name }) => name.span.start === start);
  return declared === undefined ? null : hoverVariable(token, itemType(typeOf(declared.array, picture)));
}

/** The type that a parameter has where it is used; null where it is not. */
function usedType(name: string, { span }: Ast, picture: Picture): PqlType | null {
  const use = picture.nodes.find(
    (node) => node.kind === 'name' && node.name === name && node.span.start >= span.start && node.span.end <= span.end,
  );
  return use === undefined ? null : typeOf(use, picture);
}

function typeOf(node: Ast, picture: Picture): PqlType | null {
  return picture.meaningOf(node)?.expression.type ?? null;
}

function itemType(type: PqlType | null): PqlType | null {
  return type?.kind === 'array' ? type.element : type;
}

function hoverVariable({ text, span }: WordToken, type: PqlType | null): Hover {
  const described = type === null ? '' : describeType(type);
  return { span, title: text, type: described, documentation: 'A variable of this expression.' };
}

function hoverName(node: Ast, token: WordToken, picture: Picture): Hover | null {
  const meaning = picture.meaningOf(node);
  if (meaning === null) return null;
  return meaning.scope.names.has(token.text)
    ? hoverVariable(token, meaning.expression.type)
    : hoverField(node, token, picture);
}

function hoverField(node: Ast, { text, span }: WordToken, picture: Picture): Hover | null {
  const expression = picture.meaningOf(node)?.expression;
  // A name that means nothing stands as an untyped constant.
  if (expression === undefined || expression.kind === 'constant') return null;
  const field = fieldOf(expression);
  const documentation = field === null ? (describeKeyword(text) ?? '') : fieldDocumentation(text, field);
  return { span, title: text, type: describeType(expression.type), documentation };
}

function hoverFunction({ text, span }: WordToken, form: 'function' | 'method'): Hover | null {
  const description = describeFunction(text, form);
  if (description === null) return null;
  const examples = description.examples.map((example) => `\`${example}\``);
  const documentation = [description.doc, ...examples].join('\n\n');
  return { span, title: signatureOf(description), type: description.result, documentation };
}

function hoverWord({ text, span }: WordToken): Hover | null {
  const call =
    text === 'if' || text === 'chain'
      ? hoverFunction({ kind: 'identifier', text, word: text, span }, 'function')
      : null;
  if (call !== null) return call;
  const unit = describeUnit(text);
  if (unit !== null) return { span, title: text, type: 'unit of time', documentation: unit };
  const keyword = describeKeyword(text);
  return keyword === null ? null : { span, title: text, type: 'keyword', documentation: keyword };
}
