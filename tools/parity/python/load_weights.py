#!/usr/bin/python3
"""
Loads files of weights into PyTorch models, strictly, and writes their states and answers to the same folder, as `<file>-torch`.
A file's name begins with the kind of model in weights.py. For a file of the kind `halves` it checks that half floats have the
same values in PyTorch. weights-in-torch.test.ts starts this program.

    load_weights.py FOLDER
"""
import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parents[3] / 'packages/backend-testkit/fixtures-source'))

import safetensors_file
import weights
from fixture import Case


def check_halves(tensors):
    for dtype, name in ((torch.float16, 'f16'), (torch.bfloat16, 'bf16')):
        same(tensors[f'every {name}'].to(torch.float32), tensors[f'every {name} as f32'], name)
        rounded, expected = tensors[f'floats as {name}'], tensors['floats'].to(dtype)
        same(rounded.to(torch.float32), expected.to(torch.float32), f'floats as {name}')


def same(ours, torchs, what):
    """Whether tensors are equal bit by bit, where all NaNs count as equal."""
    nan = torchs.isnan()
    assert torch.equal(ours.isnan(), nan), what
    assert torch.equal(ours[~nan].view(torch.int32), torchs[~nan].view(torch.int32)), what


def load(kind, path):
    tensors, metadata = safetensors_file.read(path)
    assert metadata == {'format': 'pt'}, metadata
    module = weights.MODELS[kind]().eval()
    module.load_state_dict(tensors, strict=True)
    answers = weights.answers(kind, module, Case(f'weights of {kind}'))
    answers = {f'answer {name}': tensor for name, tensor in answers.items()}
    safetensors_file.write(path.with_name(path.name + '-torch'), {**module.state_dict(), **answers}, {})


for path in sorted(Path(sys.argv[1]).iterdir()):
    kind = path.name.split('-')[0]
    if kind == 'halves':
        check_halves(safetensors_file.read(path)[0])
    else:
        load(kind, path)
