"""MultiheadAttention over its options, masks and results: outputs, weights and all gradients."""
import itertools

import torch
from torch import nn

from fixture import Case

E, L, S, N = 6, 3, 4, 2
FORMS = ('batch', 'batch first', 'unbatched')


def cases():
    return [*made(), *masked(), *returned()]


def attention(words, form, masks=(), heads=2, kdim=None, vdim=None, average=True, weights=True, **flags):
    camel = {'bias': 'bias', 'add_bias_kv': 'addBiasKv', 'add_zero_attn': 'addZeroAttn'}
    case = Case(
        f'MultiheadAttention {words}, {form}', kind='MultiheadAttention', embedDim=E, numHeads=heads,
        batchFirst=form == 'batch first', needWeights=weights, averageAttnWeights=average,
        **{name: value for name, value in (('kdim', kdim), ('vdim', vdim)) if value},
        **{camel[name]: value for name, value in flags.items()},
    )  # fmt: skip
    module = nn.MultiheadAttention(E, heads, kdim=kdim, vdim=vdim, batch_first=form == 'batch first', **flags)
    case.parameters(module, 0.7)

    def sized(steps, features):
        return {'batch': [steps, N, features], 'batch first': [N, steps, features], 'unbatched': [steps, features]}[form]

    query = case.drawn('query', sized(L, E), -2, 2)
    key = case.drawn('key', sized(S, kdim or E), -2, 2)
    value = case.drawn('value', sized(S, vdim or E), -2, 2)
    given = {name: make(case, form, heads) for name, make in masks}
    output, shown = module(query, key, value, need_weights=weights, average_attn_weights=average, **given)
    return case.answer({'output': output, 'weights': shown} if weights else {'output': output}).json()


def made():
    for form, (kdim, vdim), heads in itertools.product(FORMS, ((None, None), (5, None), (None, 4), (3, 5)), (1, 3)):
        for flags in ({}, {'bias': False}, {'add_bias_kv': True}, {'add_zero_attn': True, 'add_bias_kv': True}):
            words = f'of {heads} heads, kdim {kdim}, vdim {vdim}' + ''.join(f', {k} {v}' for k, v in flags.items())
            yield attention(words, form, heads=heads, kdim=kdim, vdim=vdim, **flags)


def padding(case, form, _):
    rows = [[0, 0, 0, 1]] if form == 'unbatched' else [[0, 0, 1, 1], [0, 1, 0, 0]]
    mask = case.integers('keyPaddingMask', rows[0] if form == 'unbatched' else rows)
    return mask.bool()


def later(case, form, _):
    return case.integers('attnMask', torch.ones(L, S, dtype=torch.int).triu(1).tolist()).bool()


def by_head(case, form, heads):
    rows = heads * (1 if form == 'unbatched' else N)
    return case.integers(
        'attnMask', [[[int((r + q + k) % 3 == 0) for k in range(S)] for q in range(L)] for r in range(rows)]
    ).bool()


def nothing_left(case, form, _):
    return case.integers('attnMask', [[1] * S] + [[0] * S] * (L - 1)).bool()


def added(case, form, _):
    return case.drawn('attnMask', [L, S], -2, 2)


def added_by_head(case, form, heads):
    return case.drawn('attnMask', [heads * (1 if form == 'unbatched' else N), L, S], -2, 2)


def masked():
    kinds = {
        'keys of padding': [('key_padding_mask', padding)],
        'later keys masked': [('attn_mask', later)],
        'keys masked by head': [('attn_mask', by_head)],
        'no key left': [('attn_mask', nothing_left)],
        'an added mask': [('attn_mask', added)],
        'a mask added by head': [('attn_mask', added_by_head)],
        'later keys masked and keys of padding': [('attn_mask', later), ('key_padding_mask', padding)],
        'an added mask and keys of padding': [('attn_mask', added), ('key_padding_mask', padding)],
    }
    for (words, masks), form, flags in itertools.product(
        kinds.items(), FORMS, ({}, {'add_bias_kv': True, 'add_zero_attn': True})
    ):
        yield attention(words + (', with keys added' if flags else ''), form, masks, **flags)


def returned():
    for form, (average, weights) in itertools.product(FORMS, ((False, True), (True, False))):
        yield attention(f"with {'weights by head' if weights else 'no weights'}", form, average=average, weights=weights)
