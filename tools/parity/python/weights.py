"""Models whose state dicts are stored as safetensors files, and their answers in PyTorch."""
import torch
from torch import nn

import safetensors_file
from fixture import Case, encode

MODELS = {
    'lstm': lambda: nn.LSTM(3, 4, num_layers=2, bidirectional=True, proj_size=2),
    'gru': lambda: nn.GRU(3, 5),
    'linear': lambda: nn.Linear(3, 2),
    'embedding': lambda: nn.Embedding(6, 3),
    'sequential': lambda: nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.LayerNorm(4), nn.Linear(4, 2, bias=False)),
    'convolutional': lambda: nn.Sequential(nn.Conv1d(2, 4, 2), nn.BatchNorm1d(4), nn.PReLU(4)),
    'attention': lambda: nn.MultiheadAttention(3, 1, add_bias_kv=True),
}

DTYPES = {
    'f64': torch.tensor([[0.1, -1e300, 1e-300], [float('inf'), 16777217.0, -0.0]], dtype=torch.float64),
    'f32': torch.tensor(0.1),
    'f16': torch.tensor([0.1, -65504.0, 6e-8, float('-inf')], dtype=torch.float16),
    'bf16': torch.tensor([[[0.1], [3e38], [-1e-40]]], dtype=torch.bfloat16),
    'i64': torch.tensor([-(2**53), 2**24 + 1, 2**62]),
    'i32': torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
    'i16': torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16),
    'i8': torch.tensor([-128, 127], dtype=torch.int8),
    'u8': torch.tensor([0, 255], dtype=torch.uint8),
    'bool': torch.tensor([True, False]),
    'empty': torch.zeros(2, 0, 3),
}


def model(kind):
    torch.manual_seed(sum(kind.encode()))
    made = MODELS[kind]()
    if kind == 'convolutional':
        made(torch.randn(5, 2, 4))  # so that running statistics exist
    return made.eval()


def answers(kind, module, case):
    """A model's outputs for the inputs of a case."""
    if kind == 'embedding':
        return {'output': module(case.integers('indices', [[1, 5], [0, 2]]))}
    x = case.drawn('input', [4, 2, 3], gradient=False)
    if kind == 'attention':
        return dict(zip(('output', 'weights'), module(x, x, x)))
    given = module(x)
    if kind == 'lstm':
        return {'output': given[0], 'h_n': given[1][0], 'c_n': given[1][1]}
    return {'output': given[0], 'h_n': given[1]} if kind == 'gru' else {'output': given}


def case_of(kind, module):
    case = Case(f'weights of {kind}', kind=kind)
    case.expected = {name: encode(tensor) for name, tensor in answers(kind, module, case).items()}
    return case.json()


def cases():
    dtypes = Case('all dtypes', kind='dtypes')
    dtypes.expected = {name: encode(torch.zeros(tensor.shape).copy_(tensor)) for name, tensor in DTYPES.items()}
    return [case_of(kind, model(kind)) for kind in MODELS] + [dtypes.json()]


def write_files(folder):
    for kind in MODELS:
        state = model(kind).state_dict()
        safetensors_file.write(folder / f'weights-{kind}.safetensors', state, {'format': 'pt'})
    safetensors_file.write(folder / 'weights-dtypes.safetensors', DTYPES, {})
