import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { testPage } from '../../setup/page-test.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const guide = join(root, 'docs', 'guide');
const pages = readdirSync(guide).map((name) => join(guide, name));

for (const page of [join(root, 'README.md'), ...pages]) testPage(page, join(import.meta.dirname, '..'));
