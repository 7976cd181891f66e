import { suite } from 'node:test';
import { describeAudiencesPage } from './audiences-page.ts';

suite('the samples of the page', () => describeAudiencesPage(() => Promise.resolve(null)));
