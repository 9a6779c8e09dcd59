#!/usr/bin/python3
"""Writes ../fixtures with PyTorch's answers. Needs python3-torch (Debian's, 1.13); `npm test` only reads what it wrote.

    /usr/bin/python3 tools/parity/python/write_fixtures.py
"""
import torch

import cells
import composed_schedulers
import layers
import losses
import optimizers
import recurrent
import schedulers
from fixture import FIXTURES, draw, encode, write

torch.set_num_threads(1)
torch.manual_seed(0)
FIXTURES.mkdir(exist_ok=True)
# Some drawn values themselves: if the two sides ever drew differently, one test should say so, not a thousand.
KEYS = ('', 'a', 'gru, both directions →')
write('drawn.json', [{'name': key, 'expected': {'values': encode(draw(key, [6], -2, 3))}} for key in KEYS])
for module in (recurrent, cells, layers, losses, optimizers, schedulers, composed_schedulers):
    write(f"{module.__name__.replace('_', '-')}.json", module.cases())
