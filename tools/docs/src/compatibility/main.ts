// Writes docs/COMPATIBILITY.md: pnpm compatibility.
import { writeFileSync } from 'node:fs';
import { compatibility, documentFile } from './document.ts';

writeFileSync(documentFile, await compatibility());
console.log(`Written to ${documentFile}`);
process.exit();
