"""Writes the names of PyTorch's layers, losses, optimizers and schedules, with their arguments' names, to fixtures/torch-names.json.

    python3 tools/docs/python/write_torch_names.py

Names come from PyTorch's own modules. Bases of other classes and deprecated names are left out.
"""
import inspect
import json
from pathlib import Path

import torch
from torch import nn, optim

OUTPUT = Path(__file__).parent.parent / "fixtures" / "torch-names.json"
BASES = {"Container", "NLLLoss2d", "RNNBase", "RNNCellBase"}
RECURRENT = [nn.RNN, nn.LSTM, nn.GRU]


def takes(cls, argument):
    """Whether a recurrent layer, whose signature does not say it, takes an argument beside its sizes."""
    value = {"nonlinearity": "relu", "device": "cpu", "dtype": torch.float32}.get(argument, 1)
    try:
        cls(2, 2, **{argument: value})
        return True
    except (TypeError, ValueError):
        return False


def arguments(cls):
    if cls in RECURRENT:
        base = list(inspect.signature(nn.RNNBase.__init__).parameters)
        names = [name for name in base + ["nonlinearity"] if name not in ("self", "mode")]
        return [name for name in names if name in ("input_size", "hidden_size") or takes(cls, name)]
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return [p.name for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]


def described(classes):
    return {cls.__name__: arguments(cls) for cls in classes}


def classes_of(module):
    found = [value for name, value in vars(module).items() if isinstance(value, type) and not name.startswith("_")]
    return [cls for cls in found if cls.__module__.startswith(module.__name__)]


modules = [getattr(nn, name) for name in nn.modules.__all__ if name not in BASES]
groups = {}
for cls in modules:
    file = cls.__module__.split(".")[-1]
    groups.setdefault(file, []).append(cls)

content = {
    "version": torch.__version__.split("+")[0],
    "modules": {file: described(classes) for file, classes in groups.items()},
    "optimizers": described(cls for cls in classes_of(optim) if cls is not optim.Optimizer),
    "schedules": described(classes_of(optim.lr_scheduler)),
}
OUTPUT.write_text(json.dumps(content, indent=2) + "\n")
