#!/usr/bin/python3
"""Writes ../fixtures with PyTorch's answers. Needs Debian's python3-torch (1.13). `npm test` only reads the fixtures.

    /usr/bin/python3 tools/parity/python/write_fixtures.py
"""
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
# The folder of the module `fixture`, which also writes the testkit's fixtures
sys.path.append(str(HERE.parents[2] / 'packages/backend-testkit/fixtures-source'))

import activations
import attention
import averages
import batch_norm
import cells
import composed_schedulers
import convolutions
import layers
import losses
import optimizers
import plain_optimizers
import pooling
import probability_losses
import recurrent
import schedulers
import seq2seq
import weights
from fixture import write

torch.set_num_threads(1)
torch.manual_seed(0)
for module in (
    recurrent, cells, layers, convolutions, pooling, attention, batch_norm, activations, losses, probability_losses,
    optimizers, plain_optimizers, averages, schedulers, composed_schedulers, seq2seq, weights,
):  # fmt: skip
    write(HERE.parent / 'fixtures', f"{module.__name__.replace('_', '-')}.json", module.cases())
weights.write_files(HERE.parent / 'fixtures')
