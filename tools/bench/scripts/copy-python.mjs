// The PyTorch peer is a Python program beside the compiled peers.
import { copyFileSync } from 'node:fs';

copyFileSync('src/peers/pytorch.py', 'dist/peers/pytorch.py');
