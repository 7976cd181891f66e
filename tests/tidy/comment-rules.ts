/** What comments must not be. */
import type { Finding } from './finding.ts';
import type { Repository } from './repository.ts';
import { commentsOf, lineAt } from './source-unit.ts';

/** Reminders without an issue to find them by. */
export function findLooseReminders(repository: Repository): readonly Finding[] {
  return findInComments(repository, (line) => {
    if (/\b(?:FIXME|XXX)\b/.test(line)) return 'mend it now, or write `TODO(#issue)`';
    return /\bTODO\b(?!\(#\d+\))/.test(line) ? '`TODO` without its issue: write `TODO(#issue)`' : null;
  });
}

/** Line comments that are code; examples in docstrings are fine. */
export function findCommentedCode(repository: Repository): readonly Finding[] {
  return findInComments(repository, (line) =>
    line.startsWith('//') && isCode(line.slice(2).trim()) ? 'commented-out code: delete it, git remembers' : null,
  );
}

const codeLines: readonly RegExp[] = [
  /^(?:const|let|var|import|export|return|throw|await|if|for|while|switch|case|function|class|type|interface)\b.*[;{]$/,
  /^[\w$.]+(?:\(.*\)|\s*=\s*.*);$/,
  /^\}\)?[;,]?$/,
  /^\}\s*else\b.*\{$/,
];

function isCode(text: string): boolean {
  return codeLines.some((pattern) => pattern.test(text));
}

function findInComments({ sources }: Repository, banned: (line: string) => string | null): readonly Finding[] {
  return sources.flatMap((unit) =>
    commentsOf(unit).flatMap((comment) =>
      comment.text.split('\n').flatMap((text, index) => {
        const message = banned(text);
        return message === null ? [] : [{ path: unit.path, line: lineAt(unit.text, comment.offset) + index, message }];
      }),
    ),
  );
}
