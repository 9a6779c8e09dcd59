"""Encoder-decoders in plain PyTorch, with the keys of @unroll/seq2seq: its plain form, each attention, input feeding, coverage, bridges."""
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from fixture import Case

LAYERS = {'rnn': nn.RNN, 'lstm': nn.LSTM, 'gru': nn.GRU}
PADDING, START, END = 0, 1, 2

SOURCE = [[3, 7, 4, 5, 6], [8, 3, 0, 0, 0], [5, 5, 6, 0, 0]]
LENGTHS = [5, 2, 3]
TARGET = [[1, 4, 6, 3, 2], [1, 5, 2, 0, 0], [1, 3, 3, 4, 2]]
SOURCE_TOKENS, TARGET_TOKENS = 9, 7


def states_of(state):
    return list(state) if isinstance(state, tuple) else [state]


def layer(kind, inputs, hidden, layers=1, both=False, projection=0):
    extra = {'proj_size': projection} if projection else {}
    return LAYERS[kind](inputs, hidden, layers, bidirectional=both, batch_first=True, **extra)


def state_sizes(kind, hidden, projection):
    return [projection or hidden, hidden] if kind == 'lstm' else [hidden]


class Encoder(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.embedding = nn.Embedding(SOURCE_TOKENS, o['sourceEmbedding'], padding_idx=PADDING)
        self.rnn = layer(o['encoder'], o['sourceEmbedding'], o['encoderHidden'], o['encoderLayers'], o['bidirectional'], o['encoderProjection'])

    def forward(self, source, lengths):
        embedded = self.embedding(source)
        if lengths is None:
            values, state = self.rnn(embedded)
            return values, torch.ones(source.shape), states_of(state)
        packed = pack_padded_sequence(embedded, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
        output, state = self.rnn(packed)
        values, _ = pad_packed_sequence(output, batch_first=True)
        mask = torch.arange(values.shape[1])[None, :] < torch.tensor(lengths)[:, None]
        return values, mask, states_of(state)


class Vector(nn.Module):
    def forward(self, vector, _):
        return vector[:, None, :], torch.ones(vector.shape[0], 1), [vector[None]]


class Scored(nn.Module):
    """Attention with one score. `coverage` [N, S] is the sum of the earlier attention."""

    def forward(self, query, values, mask, coverage):
        scores = self.scores(query, values, coverage).masked_fill(mask == 0, float('-inf'))
        weights = scores.softmax(-1)
        return torch.einsum('ns,nse->ne', weights, values), weights


class Dot(Scored):
    def __init__(self, query, memory, coverage):
        super().__init__()
        if coverage:
            self.weight_coverage = nn.Parameter(torch.zeros(query))

    def keys(self, values):
        return values

    def scores(self, query, values, coverage):
        keys = self.keys(values)
        if coverage is not None:
            keys = keys + coverage[:, :, None] * self.weight_coverage
        return torch.einsum('nq,nsq->ns', query, keys)


class General(Dot):
    def __init__(self, query, memory, coverage):
        super().__init__(query, memory, coverage)
        self.key = nn.Linear(memory, query, bias=False)

    def keys(self, values):
        return self.key(values)


class Additive(Scored):
    def __init__(self, query, memory, coverage, hidden=4):
        super().__init__()
        self.query = nn.Linear(query, hidden)
        self.key = nn.Linear(memory, hidden, bias=False)
        self.score = nn.Linear(hidden, 1, bias=False)
        if coverage:
            self.weight_coverage = nn.Parameter(torch.zeros(hidden))

    def scores(self, query, values, coverage):
        total = self.query(query)[:, None, :] + self.key(values)
        if coverage is not None:
            total = total + coverage[:, :, None] * self.weight_coverage
        return self.score(torch.tanh(total))[:, :, 0]


class MultiHead(nn.MultiheadAttention):
    """PyTorch's own attention with coverage, which PyTorch does not have: each head's part of coverage·w is added to its keys."""

    def __init__(self, query, memory, coverage, heads=2):
        super().__init__(query, heads, kdim=memory, vdim=memory, batch_first=True)
        if coverage:
            self.weight_coverage = nn.Parameter(torch.zeros(query))

    def forward(self, query, values, mask, coverage):
        if coverage is None:
            context, weights = super().forward(query[:, None], values, values, key_padding_mask=mask == 0)
            return context[:, 0], weights[:, 0]
        e, h = self.embed_dim, self.num_heads
        if self._qkv_same_embed_dim:
            weights_qkv = self.in_proj_weight.chunk(3)
        else:
            weights_qkv = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        q, k, v = (
            functional.linear(x, w, b)
            for x, w, b in zip((query, values, values), weights_qkv, self.in_proj_bias.chunk(3))
        )
        k = k + coverage[:, :, None] * self.weight_coverage
        n, s = k.shape[:2]
        q, k, v = q.view(n, h, e // h), k.view(n, s, h, e // h), v.view(n, s, h, e // h)
        scores = torch.einsum('nhd,nshd->nhs', q, k) / (e // h) ** 0.5
        weights = scores.masked_fill(mask[:, None] == 0, float('-inf')).softmax(-1)
        context = torch.einsum('nhs,nshd->nhd', weights, v).reshape(n, e)
        return self.out_proj(context), weights.mean(1)


ATTENTION = {'dot': Dot, 'general': General, 'additive': Additive, 'multi-head': MultiHead}


class DenseBridge(nn.Module):
    def __init__(self, o, source_states, target_states):
        super().__init__()
        self.directions = 2 if o['bidirectional'] else 1
        self.sizes = target_states
        inputs = self.directions * sum(source_states)
        self.layers = nn.ModuleList(nn.Linear(inputs, sum(target_states)) for _ in range(o['decoderLayers']))

    def forward(self, states):
        heights = states[0].shape[0] // self.directions
        made = []
        for number, linear in enumerate(self.layers):
            height = min(number + max(heights - len(self.layers), 0), heights - 1)
            rows = [row for state in states for row in state[height * self.directions : (height + 1) * self.directions]]
            made.append(torch.tanh(linear(torch.cat(rows, 1))).split(self.sizes, 1))
        return [torch.stack(parts) for parts in zip(*made)]


class Decoder(nn.Module):
    def __init__(self, o, memory, embedding=None):
        super().__init__()
        out = o['decoderProjection'] or o['decoderHidden']
        self.o = o
        self.embedding = embedding or nn.Embedding(TARGET_TOKENS, o['targetEmbedding'], padding_idx=PADDING)
        self.attentional = o['attentionalSize'] or out
        fed = self.attentional if o['inputFeeding'] else 0
        inputs = o['targetEmbedding'] + o['contextSize'] + fed
        self.rnn = layer(o['decoder'], inputs, o['decoderHidden'], o['decoderLayers'], False, o['decoderProjection'])
        if o['attention']:
            self.attention = ATTENTION[o['attention']](out, memory, o['coverage'])
            context = out if o['attention'] == 'multi-head' else memory
            self.combine = nn.Linear(context + out, self.attentional, bias=False)
        self.output = nn.Linear(self.attentional, self.embedding.num_embeddings)
        if o['tieEmbeddings']:
            self.output.weight = self.embedding.weight

    def forward(self, target, values, mask, states, context, forcing):
        rows = target.shape[0]
        if states is None:
            sizes = state_sizes(self.o['decoder'], self.o['decoderHidden'], self.o['decoderProjection'])
            states = [torch.zeros(self.o['decoderLayers'], rows, size) for size in sizes]
        fed = torch.zeros(rows, self.attentional)
        coverage = torch.zeros(rows, values.shape[1])
        scores, attention, again = [], [], []
        said = target[:, 0]
        for t in range(target.shape[1]):
            x = self.embedding(target[:, t] if forcing else said)
            if self.o['contextSize']:
                x = torch.cat([x, context], 1)
            if self.o['inputFeeding']:
                x = torch.cat([x, fed], 1)
            output, state = self.rnn(x[:, None], tuple(states) if len(states) == 2 else states[0])
            states = states_of(state)
            vector = output[:, 0]
            if self.o['attention']:
                looked, weights = self.attention(vector, values, mask, coverage if self.o['coverage'] else None)
                vector = torch.tanh(self.combine(torch.cat([looked, vector], 1)))
                again.append(torch.minimum(weights, coverage).sum(1))
                coverage = coverage + weights
                attention.append(weights)
                fed = vector
            scores.append(self.output(vector))
            said = scores[-1].argmax(1)
        return (torch.stack(rows, 1) if rows else None for rows in (scores, attention, again))


class Model(nn.Module):
    def __init__(self, o):
        super().__init__()
        both = 2 if o['bidirectional'] else 1
        memory = o['vector'] or both * (o['encoderProjection'] or o['encoderHidden'])
        self.encoder = Vector() if o['vector'] else Encoder(o)
        ends = [state_sizes(o[end], o[f'{end}Hidden'], o[f'{end}Projection']) for end in ('encoder', 'decoder')]
        source = [o['vector']] if o['vector'] else ends[0]
        self.o = o
        if o['bridge'] == 'dense':
            self.bridge = DenseBridge(o, source, ends[1])
        self.decoder = Decoder(o, memory, self.encoder.embedding if o['shareEmbeddings'] else None)

    def forward(self, source, lengths, target):
        values, mask, states = self.encoder(source, lengths)
        begin = {'none': lambda: states, 'zero': lambda: None, 'dense': lambda: self.bridge(states)}[self.o['bridge']]()
        both = 2 if self.o['bidirectional'] else 1
        context = torch.cat(list(states[0][-both:]), 1)
        scores, attention, again = self.decoder(target[:, :-1], values, mask, begin, context, self.o['forcing'])
        said = target[:, 1:]
        loss = functional.cross_entropy(
            scores.transpose(1, 2), said, ignore_index=PADDING, label_smoothing=self.o['labelSmoothing']
        )
        if self.o['coverageWeight']:
            counts = (said != PADDING).float()
            loss = loss + self.o['coverageWeight'] * (again * counts).sum() / counts.sum()
        outputs = {'scores': scores, 'loss': loss}
        return outputs if attention is None else {**outputs, 'attention': attention}


DEFAULTS = {
    'encoder': 'gru', 'encoderHidden': 4, 'encoderLayers': 1, 'bidirectional': False, 'sourceEmbedding': 3, 'vector': 0,
    'decoder': 'gru', 'decoderHidden': 4, 'decoderLayers': 1, 'targetEmbedding': 3, 'bridge': 'none', 'attention': None,
    'attentionalSize': 0, 'inputFeeding': False, 'coverage': False, 'contextSize': 0, 'tieEmbeddings': False,
    'encoderProjection': 0, 'decoderProjection': 0, 'batchFirst': False, 'shareEmbeddings': False, 'labelSmoothing': 0, 'coverageWeight': 0, 'ragged': True, 'forcing': True,
}  # fmt: skip


def configurations():
    for kind in LAYERS:
        yield {'encoder': kind, 'decoder': kind}
        yield {'encoder': kind, 'decoder': kind, 'encoderLayers': 2, 'decoderLayers': 2, 'ragged': False}
        yield {'encoder': kind, 'decoder': kind, 'contextSize': 4, 'bridge': 'zero'}
    both = {'encoder': 'lstm', 'bidirectional': True, 'bridge': 'dense'}
    yield {**both, 'contextSize': 8, 'decoderHidden': 5}
    yield {**both, 'encoderLayers': 2, 'decoderLayers': 1, 'decoderHidden': 5}
    yield {**both, 'encoderLayers': 1, 'decoderLayers': 3, 'decoder': 'lstm', 'labelSmoothing': 0.1}
    yield {**both, 'encoder': 'rnn', 'encoderLayers': 2, 'decoderLayers': 2, 'decoder': 'lstm'}
    yield {'vector': 6, 'bridge': 'dense', 'decoder': 'lstm', 'decoderLayers': 2}
    yield {'vector': 6, 'bridge': 'zero', 'contextSize': 6}
    yield {'vector': 6, 'bridge': 'dense', 'attention': 'additive', 'inputFeeding': True}
    for attention in ATTENTION:
        for feeding in (False, True):
            for coverage in (False, True):
                yield {'attention': attention, 'inputFeeding': feeding, 'coverage': coverage, 'coverageWeight': coverage and 0.5}
        if attention != 'dot':
            yield {**both, 'attention': attention, 'decoderHidden': 6, 'attentionalSize': 5, 'inputFeeding': True, 'ragged': False}
            yield {**both, 'attention': attention, 'decoderHidden': 6, 'coverage': True, 'labelSmoothing': 0.2}
    yield {**both, 'attention': 'general', 'decoder': 'lstm', 'decoderLayers': 2, 'contextSize': 8, 'inputFeeding': True, 'coverageWeight': 1}
    yield {'attention': 'dot', 'tieEmbeddings': True, 'targetEmbedding': 4}
    yield {'attention': 'general', 'tieEmbeddings': True, 'attentionalSize': 3, 'shareEmbeddings': True, 'labelSmoothing': 0.1}
    yield {'shareEmbeddings': True}
    yield {'tieEmbeddings': True, 'targetEmbedding': 4}
    projected = {'encoder': 'lstm', 'decoder': 'lstm', 'encoderProjection': 2, 'decoderProjection': 3}
    yield {**projected, 'decoderProjection': 2}
    yield {**projected, 'bridge': 'dense', 'bidirectional': True, 'attention': 'general', 'inputFeeding': True}
    yield {'batchFirst': True, 'attention': 'additive', 'ragged': False}
    yield {'forcing': False}
    yield {'forcing': False, 'attention': 'additive', 'inputFeeding': True, 'coverage': True, 'coverageWeight': 1}


def describe(own):
    words = [f'{key} {value}' if not isinstance(value, bool) else key if value else f'no {key}' for key, value in own.items()]
    return f"seq2seq, {', '.join(words) or 'plain'}"


def compute(own):
    o = {**DEFAULTS, **own}
    case = Case(describe(own), **o)
    model = Model(o)
    case.parameters(model)
    if o['vector']:
        source, lengths = case.drawn('source', [3, o['vector']]), None
    else:
        source, lengths = case.integers('source', SOURCE), LENGTHS if o['ragged'] else None
    return case.answer(model(source, lengths, case.integers('target', TARGET))).json()


def cases():
    return [compute(own) for own in configurations()]
