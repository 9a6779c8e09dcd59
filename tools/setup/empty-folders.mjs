// Empties the folders of the package in the working directory that a build writes: files of a former layout would stay, and be published.
import { rmSync } from 'node:fs';

for (const folder of process.argv.slice(2)) rmSync(folder, { recursive: true, force: true });
