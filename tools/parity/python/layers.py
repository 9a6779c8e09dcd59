"""Linear, LayerNorm, Embedding, activations, and a model that combines several of them under nested keys."""
import itertools
import math

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from fixture import Case, encode


def cases():
    return [*linear(), *layer_norm(), *embedding(), *activations(), *models()]


def linear():
    for (in_features, out_features), bias, rows in itertools.product(
        ((3, 5), (1, 1), (17, 4)), (True, False), ([], [1], [4], [2, 3], [2, 1, 3])
    ):
        name = f"Linear {in_features}→{out_features}, {'bias' if bias else 'no bias'}, input {rows + [in_features]}"
        case = Case(name, kind='Linear', inFeatures=in_features, outFeatures=out_features, bias=bias)
        module = nn.Linear(in_features, out_features, bias)
        case.parameters(module)
        yield case.answer({'output': module(case.drawn('input', rows + [in_features]))}).json()


def layer_norm():
    for normalized, affine, eps, rows in itertools.product(
        ([5], [2, 3], [17]), (True, False), (1e-5, 0.1), ([], [4], [3, 2])
    ):
        name = f"LayerNorm {normalized}, {'affine' if affine else 'not affine'}, eps {eps}, input {rows + normalized}"
        case = Case(name, kind='LayerNorm', normalizedShape=normalized, elementwiseAffine=affine, eps=eps)
        module = nn.LayerNorm(normalized, eps, affine)
        case.parameters(module)
        yield case.answer({'output': module(case.drawn('input', rows + normalized, -2, 3))}).json()


INDICES = {'one index': 2, 'a row of indices': [0, 3, 3, 1, 6, 3], 'a table of indices': [[6, 0, 3], [3, 3, 5]]}


def embedding():
    options = itertools.product(
        INDICES, (None, 3, -1), (None, (1.0, 2.0), (0.5, 1.0), (0.4, math.inf)), (False, True)
    )
    for indices, padding_idx, max_norm, by_frequency in options:
        words = [f'Embedding 7×3, {indices}']
        words += [f'padding {padding_idx}'] if padding_idx is not None else []
        words += [f'max norm {max_norm[0]} of order {max_norm[1]}'] if max_norm else []
        words += ['gradient scaled by frequency'] if by_frequency else []
        case = Case(
            ', '.join(words), kind='Embedding', numEmbeddings=7, embeddingDim=3, paddingIdx=padding_idx,
            maxNorm=max_norm and max_norm[0], normType=max_norm and str(max_norm[1]), scaleGradByFreq=by_frequency,
        )  # fmt: skip
        module = nn.Embedding(
            7, 3, padding_idx, max_norm and max_norm[0], max_norm[1] if max_norm else 2.0, by_frequency
        )
        case.parameters(module)
        # `answer` runs the module backward, so the renormalised weights are read afterwards.
        case.answer({'output': module(case.integers('indices', INDICES[indices]))})
        case.expected['weight after'] = encode(module.weight)
        yield case.json()
    for indices, padding_idx, freeze in itertools.product(INDICES, (None, 3, -1), (True, False)):
        name = f"Embedding from pretrained, {indices}, {'frozen' if freeze else 'not frozen'}"
        name += f', padding {padding_idx}' if padding_idx is not None else ''
        case = Case(name, kind='Embedding.fromPretrained', freeze=freeze, paddingIdx=padding_idx)
        weight = case.drawn('weight', [7, 3], gradient=False)
        module = nn.Embedding.from_pretrained(weight.clone(), freeze, padding_idx)
        output = module(case.integers('indices', INDICES[indices]))
        if freeze:
            assert not output.requires_grad
            case.expected['output'] = encode(output)
        else:
            case.leaf('weight', module.weight)
            case.answer({'output': output})
        yield case.json()


# Name, options, module.
ACTIVATIONS = (
    ('Tanh', {}, nn.Tanh()),
    ('ReLU', {}, nn.ReLU()),
    ('Sigmoid', {}, nn.Sigmoid()),
    ('LeakyReLU', {'negativeSlope': 0.2}, nn.LeakyReLU(0.2)),
    ('ELU', {'alpha': 0.7}, nn.ELU(0.7)),
    ('GELU', {}, nn.GELU()),
    ('GELU', {'approximate': 'tanh'}, nn.GELU('tanh')),
    ('SiLU', {}, nn.SiLU()),
    ('Softplus', {}, nn.Softplus()),
    ('Softplus', {'beta': 2, 'threshold': 1}, nn.Softplus(2, 1)),
    ('Hardtanh', {}, nn.Hardtanh()),
    ('Hardtanh', {'minVal': -0.5, 'maxVal': 3}, nn.Hardtanh(-0.5, 3)),
    ('Softmax', {'dim': -1}, nn.Softmax(-1)),
    ('Softmax', {'dim': 0}, nn.Softmax(0)),
    ('LogSoftmax', {'dim': -1}, nn.LogSoftmax(-1)),
    ('LogSoftmax', {'dim': 1}, nn.LogSoftmax(1)),
    ('Identity', {}, nn.Identity()),
)


def activations():
    for (kind, options, module), shape in itertools.product(ACTIVATIONS, ([3, 4], [2, 3, 5])):
        words = [kind] + [f'{name} {value}' for name, value in options.items()] + [f'input {shape}']
        case = Case(', '.join(words), kind=kind, **options)
        yield case.answer({'output': module(case.drawn('input', shape, -4, 4))}).json()


class Tagger(nn.Module):
    """A state dict with keys of several levels and kinds."""

    def __init__(self, kind, layers, both):
        super().__init__()
        self.embedding = nn.Embedding(11, 4, padding_idx=0)
        self.rnn = getattr(nn, kind)(4, 5, layers, bidirectional=both)
        features = 10 if both else 5
        self.head = nn.Sequential(nn.LayerNorm(features), nn.Linear(features, 6), nn.Tanh(), nn.Linear(6, 3))

    def forward(self, indices, lengths):
        packed = pack_padded_sequence(self.embedding(indices), lengths, enforce_sorted=False)
        output, _ = self.rnn(packed)
        return self.head(pad_packed_sequence(output)[0])


def models():
    indices = [[3, 7, 1], [10, 2, 0], [3, 4, 0], [0, 9, 0]]
    for kind, layers, both in itertools.product(('RNN', 'LSTM', 'GRU'), (1, 2), (False, True)):
        name = f"tagger with {kind}, {layers} layers, {'both directions' if both else 'one direction'}"
        case = Case(name, kind='tagger', recurrent=kind, numLayers=layers, bidirectional=both, lengths=[3, 4, 1])
        model = Tagger(kind, layers, both)
        case.parameters(model, 0.6)
        output = model(case.integers('indices', indices), torch.tensor([3, 4, 1]))
        yield case.answer({'output': output}).json()
