import { it } from 'vitest';
import { testReadme } from '../../../tools/setup/readme-test.ts';
import { isThere, whySkipped } from '../test/adapter.ts';

if (isThere) testReadme(import.meta.url);
else it.skip(`the example of the README${whySkipped}`);
