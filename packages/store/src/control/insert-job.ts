import type { EvaluationJob, Scope } from '@muster/audience';
import { columnText } from './column-text.ts';
import type { ControlTransaction } from './dialect/control-dialect.ts';
import { inChunks } from './in-chunks.ts';
import { encodeJob } from './rows/job-row.ts';

/** Stores a new job and which audiences it has, as part of a transaction. */
export async function insertJob(transaction: ControlTransaction, scope: Scope, job: EvaluationJob): Promise<void> {
  const row = encodeJob(scope, job);
  const audienceIds = [...new Set(job.audiences.map((audience) => columnText(audience.audienceId)))];
  await transaction.insertInto('jobs').values(row).execute();
  for (const chunk of inChunks(audienceIds)) {
    const references = chunk.map((id) => ({ org: row.org, sandbox: row.sandbox, audience_id: id, job_id: row.id }));
    await transaction.insertInto('job_audiences').values(references).execute();
  }
}
