import { testReadme } from '../../../tools/setup/readme-test.ts';

testReadme(import.meta.url);
