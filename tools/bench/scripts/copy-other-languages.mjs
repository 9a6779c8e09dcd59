// Copies the sources that are not TypeScript to the compiled ones: the PyTorch peer, and the floor's program in C.
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

for (const file of readdirSync('src', { recursive: true })) {
  if (/\.(py|c)$/.test(file)) copyFileSync(join('src', file), join('dist', file));
}
