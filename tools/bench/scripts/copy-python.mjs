// The PyTorch peer is a Python program of two files beside the compiled peers.
import { copyFileSync } from 'node:fs';

for (const file of ['pytorch.py', 'pytorch_seq2seq.py'])
  copyFileSync(`src/peers/${file}`, `dist/peers/${file}`);
