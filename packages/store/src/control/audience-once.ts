/** What was created for which key, kept in the transaction that creates it, so that no crash comes between the two. */
import {
  type Audience,
  decideRepetition,
  forgottenUntil,
  type OnceRequest,
  onceLimits,
  type Scope,
} from '@muster/audience';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlTransaction } from './dialect/control-dialect.ts';
import { decodeAudience, encodeAudienceDocument } from './rows/audience-row.ts';
import { numberOf, textOf } from './rows/row.ts';
import { inTenant } from './tenant.ts';

/** The audience that was created for a key, as it was then; null when none was. Throws `idempotencyKeyReused`. */
export async function findOnce(
  database: ControlDatabase | ControlTransaction,
  scope: Scope,
  request: OnceRequest,
): Promise<Audience | null> {
  const row: unknown = await database
    .selectFrom('once_requests')
    .select(['digest', 'document'])
    .where(inTenant(scope, 'once_requests'))
    .where('key', '=', columnText(request.key))
    .where('created_at', '>', forgottenUntil(request.at))
    .executeTakeFirst();
  if (row === undefined) return null;
  const refusal = decideRepetition(request, { digest: textOf(row, 'digest') });
  if (refusal !== null) throw refusal;
  return decodeAudience({ document: textOf(row, 'document'), metrics: null });
}

/** Forgets keys whose time is over, and the oldest of more than are kept beside one more. */
async function forgetOld(transaction: ControlTransaction, scope: Scope, request: OnceRequest): Promise<void> {
  await transaction
    .deleteFrom('once_requests')
    .where(inTenant(scope, 'once_requests'))
    .where('created_at', '<=', forgottenUntil(request.at))
    .execute();
  const surplus: unknown = await transaction
    .selectFrom('once_requests')
    .select(['created_at', 'key'])
    .where(inTenant(scope, 'once_requests'))
    .orderBy('created_at', 'desc')
    .orderBy('key', 'desc')
    .offset(onceLimits.keysMax - 1)
    .limit(1)
    .executeTakeFirst();
  if (surplus === undefined) return;
  await transaction
    .deleteFrom('once_requests')
    .where(inTenant(scope, 'once_requests'))
    .where((it) =>
      it.or([
        it('created_at', '<', numberOf(surplus, 'created_at')),
        it.and([it('created_at', '=', numberOf(surplus, 'created_at')), it('key', '<=', textOf(surplus, 'key'))]),
      ]),
    )
    .execute();
}

/** Remembers what is created for a key. The transaction must have claimed the tenant's keys. */
export async function rememberOnce(
  transaction: ControlTransaction,
  scope: Scope,
  request: OnceRequest,
  audience: Audience,
): Promise<void> {
  await forgetOld(transaction, scope, request);
  await transaction
    .insertInto('once_requests')
    .values({
      org: scope.org,
      sandbox: scope.sandbox,
      key: columnText(request.key),
      digest: request.digest,
      document: encodeAudienceDocument(audience),
      created_at: request.at,
    })
    .execute();
}
