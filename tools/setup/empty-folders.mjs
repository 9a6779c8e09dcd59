// Empties the build folders of the package in the working directory. Otherwise files of an older build would stay and
// be published.
import { rmSync } from 'node:fs';

for (const folder of process.argv.slice(2)) rmSync(folder, { recursive: true, force: true });
